# Sourced by every verb: finds the machine's root, reads its settings, and offers what verbs share.
# shellcheck shell=sh disable=SC2034
set -eu
umask 077

HERE=${0%/*}
ROOT=${HERE%/opt/cornac/*}
. "$ROOT/etc/cornac/guest.conf"
PGDATA=$CORNAC_DATA/pgdata

# Exit status for "not finished yet, ask again".
AGAIN=75

# fail STATUS MESSAGE...
fail() {
  status=$1
  shift
  echo "${0##*/}: $*" >&2
  exit "$status"
}

# become USER "$@": runs the verb again as USER, where it is run by somebody else.
become() {
  user=$1
  shift
  me=$(id -un)
  [ "$me" = "$user" ] && return
  [ "$me" = root ] && exec runuser -u "$user" -- "$0" "$@"
  exec sudo -n -u "$user" -- "$0" "$@"
}

# lock NAME: waits for other runs of what NAME stands for. Whoever goes on after the verb must close descriptor 9.
lock() {
  exec 9>"$CORNAC_DATA/.$1.lock"
  flock -w 600 9 || fail "$AGAIN" "somebody else is at it"
}

# Sets PGBIN to the programs of PostgreSQL MAJOR; a machine may name a directory for one of them.
use_postgres() {
  case $1 in '' | *[!0-9]*) fail 64 "not a major version: '$1'" ;; esac
  eval "PGBIN=\${CORNAC_PGBIN_$1:-}"
  # shellcheck disable=SC2059 # the setting is a format
  [ -n "$PGBIN" ] || PGBIN=$(printf "$CORNAC_PGBIN" "$1")
  [ -x "$PGBIN/postgres" ] || fail 69 "PostgreSQL $1 is not in $PGBIN"
}

# The same for the cluster that is here.
use_cluster() {
  [ -f "$PGDATA/PG_VERSION" ] || fail 66 "there is no cluster"
  read -r major <"$PGDATA/PG_VERSION"
  use_postgres "$major"
}

# Prints the process id of this cluster's server, and fails when none runs. A number left over from before a crash
# may belong to somebody else by now; a server's working directory is its cluster.
server_pid() {
  [ -f "$PGDATA/postmaster.pid" ] || return 1
  read -r pid <"$PGDATA/postmaster.pid" || return 1
  [ "/proc/$pid/cwd" -ef "$PGDATA" ] || return 1
  echo "$pid"
}

# Prints the port of this cluster's server, by which its socket is named, too. It writes it down when it starts.
server_port() {
  port=$(sed -n 4p "$PGDATA/postmaster.pid" 2>/dev/null) || :
  echo "${port:-5432}"
}

# sql [psql options]: SQL on stdin, as rdsadmin. What rdsadmin says is in nobody's log or statistics, and a user's
# function of a familiar name is never found by it.
sql() {
  quiet='-c log_statement=none -c log_min_error_statement=panic -c log_min_duration_statement=-1'
  quiet="$quiet -c log_min_duration_sample=-1 -c log_duration=off -c track_activities=off"
  quiet="$quiet -c pg_stat_statements.track_utility=off -c pgaudit.log=none"
  PGOPTIONS="$quiet -c search_path=pg_catalog" "$PGBIN/psql" -XqAt \
    -v ON_ERROR_STOP=1 -v VERBOSITY=terse -h "$CORNAC_RUN" -p "$(server_port)" -U rdsadmin -d rdsadmin "$@"
}
