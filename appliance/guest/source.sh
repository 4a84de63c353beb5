# The source of a read replica: how this machine reaches it, and proves who it is. docs/decisions/0024-read-replicas.md
# shellcheck shell=sh disable=SC2034,SC2154
SOURCE=$CORNAC_DATA/source
SOURCE_CONF=conf.d/cornac-replica.conf

# take_identity: takes a key with its certificate from stdin, the line `--`, and the certificates of the authorities.
take_identity() {
  mkdir -p "$SOURCE"
  while IFS= read -r line; do
    [ "$line" != -- ] || break
    printf '%s\n' "$line"
  done >"$SOURCE/client.new"
  cat >"$SOURCE/authority.new"
  for each in client authority; do
    [ "$(tail -n 1 "$SOURCE/$each.new")" = '-----END CERTIFICATE-----' ] || fail 1 "the certificates have no end"
    sync "$SOURCE/$each.new"
    mv "$SOURCE/$each.new" "$SOURCE/$each.pem"
  done
}

# require_source HOST PORT SLOT
require_source() {
  case $1 in '' | *[!A-Za-z0-9.:-]*) fail 64 "not a host: '$1'" ;; esac
  case $2 in '' | *[!0-9]*) fail 64 "not a port: '$2'" ;; esac
  case $3 in '' | *[!a-z0-9_]*) fail 64 "not a slot: '$3'" ;; esac
}

# within_quotes TEXT: prints TEXT for a value in quotes of a connection string.
within_quotes() {
  printf '%s' "$1" | sed "s/[\\\\']/\\\\&/g"
}

# source_connection HOST PORT SLOT: prints the connection string. The source has to prove its name by its certificate.
source_connection() {
  at=$(within_quotes "$SOURCE")
  printf "host='%s' port='%s' user=rdsrepladmin application_name='%s' connect_timeout=10" "$1" "$2" "$3"
  printf " keepalives_idle=20 keepalives_interval=5 keepalives_count=3 gssencmode=disable sslmode=verify-full"
  printf " sslrootcert='%s/authority.pem' sslcert='%s/client.pem' sslkey='%s/client.pem'" "$at" "$at" "$at"
}

# source_settings HOST PORT SLOT: prints the settings with which a server follows its source.
source_settings() {
  cat <<CONF
primary_conninfo = '$(source_connection "$@" | sed "s/\\\\/\\\\\\\\/g; s/'/''/g")'
primary_slot_name = '$3'
recovery_target_timeline = 'latest'
hot_standby = on
wal_retrieve_retry_interval = '500ms'
CONF
}

# needed_settings CONF: prints the settings in which this server has less than its source, with the values of the source:
# with less it would not replay the log. CONF has the server's own settings. Prints nothing for a server without a source.
needed_settings() {
  [ -e "$PGDATA/standby.signal" ] || return 0
  LC_ALL=C "$PGBIN/pg_controldata" "$PGDATA" |
    sed -n 's/^\(max_[a-z_]\{1,40\}\) setting: *\([0-9]\{1,6\}\)$/\1 \2/p' |
    while read -r name least; do
      case $name in
      max_connections | max_worker_processes | max_wal_senders) ;;
      max_prepared_xacts) name=max_prepared_transactions ;;
      max_locks_per_xact) name=max_locks_per_transaction ;;
      *) continue ;;
      esac
      own=$("$PGBIN/postgres" -D "$PGDATA" -c config_file="$1" -C "$name" </dev/null) || own=0
      [ "$own" -ge "$least" ] || echo "$name = $least"
    done
}
