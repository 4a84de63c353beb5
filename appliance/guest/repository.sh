# The repository of backups and of the archived write-ahead log: pgBackRest's settings, and its programs.
# shellcheck shell=sh disable=SC2034,SC2154
BACKUP=$CORNAC_DATA/backup
REPOSITORY_CONF=$BACKUP/pgbackrest.conf

# use_repository: sets stanza. Fails where the machine has no repository.
use_repository() {
  [ -f "$REPOSITORY_CONF" ] || fail "$REFUSED" "the machine has no repository of backups"
  stanza=$(sed -n 's/^\[\(ln-[a-z0-9]*\)\]$/\1/p' "$REPOSITORY_CONF")
}

# backrest COMMAND...: runs pgBackRest with the machine's settings alone.
backrest() {
  env -i PATH="$PATH" LC_ALL=C pgbackrest --config="$REPOSITORY_CONF" --stanza="$stanza" "$@"
}
