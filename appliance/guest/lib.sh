# Sourced by every verb: finds the machine's root, reads its settings, and offers what verbs share.
# shellcheck shell=sh disable=SC2034
set -eu
umask 077

HERE=${0%/*}
ROOT=${HERE%/opt/cornac/*}
. "$ROOT/etc/cornac/guest.conf"
PGDATA=$CORNAC_DATA/pgdata
# PostgreSQL's user may not be where root was, and its programs would say so before they say what is wrong.
cd /
# Who runs the verb. Asked once, because each program that is started costs a create about a millisecond.
ME=$(id -un)
# While it is there `guard` has begun to mend what somebody did who escaped, and has not ended.
UNMENDED=$PGDATA/cornac.unmended

# Exit status for "not finished yet, ask again".
AGAIN=75
# Exit status for what the same call will meet again, however often it is tried.
REFUSED=65
# Exit status of `sql` where a lock was waited for in vain.
LOCKED=55

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
  [ "$ME" = "$user" ] && return
  [ "$ME" = root ] && exec runuser -u "$user" -- "$0" "$@"
  exec sudo -n -u "$user" -- "$0" "$@"
}

# as_user COMMAND...: runs it as PostgreSQL's user. What root reads, writes or runs of that user's files could be a link, a
# pipe or another program, because PostgreSQL may have been broken into.
as_user() {
  if [ "$ME" = root ]; then
    timeout 20 setpriv --reuid "$CORNAC_USER" --regid "$(id -g "$CORNAC_USER")" --init-groups -- "$@"
  else
    "$@"
  fi
}

# line NUMBER FILE: prints a line of a file of PostgreSQL's user. Fails where there is no such file.
line() {
  if [ "$ME" = root ]; then
    as_user sed -n "$1{p;q}" "$2" 2>/dev/null
  else
    { read_line "$1" <"$2"; } 2>/dev/null
  fi
}

# read_line NUMBER: prints a line of stdin.
read_line() {
  left=$1
  while IFS= read -r text || [ -n "$text" ]; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { printf '%s\n' "$text"; return; }
  done
}

# lock NAME: waits for other runs of what NAME stands for, a part of the minute that SSH gives a verb. What goes on after
# the verb must close descriptor 9. Root's locks are where only root can take them.
lock() {
  locks=$CORNAC_DATA/.
  [ "$ME" != root ] || { mkdir -p -m 700 /run/cornac && locks=/run/cornac/; }
  exec 9>"$locks$1.lock"
  flock -w 10 9 || fail "$AGAIN" "another run of this step has not ended"
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
  major=$(line 1 "$PGDATA/PG_VERSION")
  use_postgres "$major"
}

# Prints the process id of this cluster's server, and fails when none runs. A number left over from before a crash
# may belong to somebody else by now; a server's working directory is its cluster.
server_pid() {
  [ -f "$PGDATA/postmaster.pid" ] || return 1
  pid=$(line 1 "$PGDATA/postmaster.pid") || return 1
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  [ "/proc/$pid/cwd" -ef "$PGDATA" ] || return 1
  echo "$pid"
}

# Prints the port of this cluster's server, by which its socket is named, too. It writes it down when it starts.
server_port() {
  port=$(line 4 "$PGDATA/postmaster.pid") || :
  echo "${port:-5432}"
}

# The process takes connections. The eighth line of postmaster.pid is what pg_ctl looks at, too.
server_is_ready() {
  server_pid >/dev/null || return 1
  case $(line 8 "$PGDATA/postmaster.pid") in ready | ready\ *) ;; *) return 1 ;; esac
}

# work_of PID: a line `process ticks` for each process of the server, with the time that the CPU has spent on it.
work_of() {
  for child in $(cat "/proc/$1/task/$1/children"); do
    awk '{ print $1, $14 + $15 }' "/proc/$child/stat" || :
  done 2>/dev/null
}

# end_hung PID WORK: ends a server at once that has been shutting down for two minutes, and whose processes have done nothing
# since `work_of` gave WORK. PostgreSQL 15 that is told to shut down while it recovers from a crash of one of its processes
# waits for ever. What is committed is in the log, from which the next start recovers.
end_hung() {
  case $(line 8 "$PGDATA/postmaster.pid") in stopping*) ;; *) return 0 ;; esac
  [ -n "$(as_user find "$PGDATA/postmaster.pid" -mmin +1)" ] || return 0
  { echo "$2"; work_of "$1"; } | awk '$1 in ticks && ticks[$1] != $2 { busy = 1 } { ticks[$1] = $2 } END { exit busy }' ||
    return 0
  as_user sh -c 'kill -QUIT "$1"' sh "$1" || :
}

# Lets the server that runs load its settings again and waits until it has: a new session has the settings of the server
# that it forks from, and they say when they were loaded. Fails at once where it takes none.
reload() {
  before=$(load_time) || before=
  kill -HUP "$(server_pid)" || return 1
  [ -n "$before" ] || return 1
  tries=0
  while [ "$(load_time)" = "$before" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 250 ] || return 1
    sleep 0.02
  done
}

load_time() {
  echo 'SELECT pg_conf_load_time();' | sql
}

# in_database OID [psql options]: SQL on stdin, in that database; nothing where it takes no connections. A name may be
# what psql would take for options of a connection.
in_database() {
  there=$(
    sql -v oid="$1" <<'SQL'
SELECT concat('dbname=', chr(39), replace(replace(datname, chr(92), repeat(chr(92), 2)), chr(39), chr(92) || chr(39)), chr(39))
FROM pg_database WHERE oid = :oid AND datallowconn;
SQL
  )
  shift
  [ -z "$there" ] || sql -d "$there" "$@"
}

# sql [psql options]: SQL on stdin, as rdsadmin. What rdsadmin says is in nobody's log or statistics, a user's function
# of a familiar name is never found by it, and no setting that somebody gave a role or a database counts. It ends within
# SSH's minute, in the server, too: what is left of a verb that was cut off would hold one of the few connections that
# are kept for superusers. SQL_SETTINGS: more settings. An error is told by its SQLSTATE, and what is told has no path.
sql() {
  settings='-c log_statement=none -c log_min_error_statement=panic -c log_min_duration_statement=-1'
  settings="$settings -c log_min_duration_sample=-1 -c log_duration=off -c track_activities=off"
  settings="$settings -c pg_stat_statements.track_utility=off -c pgaudit.log=none -c search_path=pg_catalog"
  settings="$settings -c local_preload_libraries= -c session_preload_libraries= -c default_transaction_read_only=off -c role=none"
  settings="$settings -c standard_conforming_strings=on"
  settings="$settings -c lock_timeout=10s -c statement_timeout=50s -c idle_in_transaction_session_timeout=50s"
  # No conversion: a name goes back to the server as it came.
  settings="$settings -c client_encoding=SQL_ASCII -c exit_on_error=off"
  [ "$major" -lt 14 ] || settings="$settings -c client_connection_check_interval=5s -c idle_session_timeout=0"
  [ "$major" -lt 17 ] || settings="$settings -c event_triggers=off -c transaction_timeout=0"
  exec 3>&1
  status=0
  said=$(
    PGOPTIONS="$settings ${SQL_SETTINGS:-}" PGCONNECT_TIMEOUT=10 PGAPPNAME="${SQL_NAME:-cornac}" LC_ALL=C \
      timeout -k 5 55 "$PGBIN/psql" -XqAt -v ON_ERROR_STOP=1 -v VERBOSITY=verbose \
      -h "$CORNAC_RUN" -p "$(server_port)" -U rdsadmin -d rdsadmin "$@" 2>&1 >&3 3>&- 9>&-
  ) || status=$?
  exec 3>&-
  [ "$status" != 0 ] || return 0
  explain_sql
}

# Ends a verb whose SQL failed with $status, psql having said $said.
explain_sql() {
  error=$(printf '%s\n' "$said" | sed -n 's/^.*\(ERROR\|FATAL\|PANIC\):  \([0-9A-Z]\{5\}: .*\)/\2/p' | tail -n 1)
  case $error in
  '') [ "$status" != 124 ] || fail 1 "no end in time"
    fail 1 "PostgreSQL takes no connection: $(printf '%s\n' "$said" | sed -n 's/^.*FATAL:  //p' | tr -d / | tail -n 1)" ;;
  55P03*) fail "$LOCKED" "SQL error $error" ;;
  # What somebody else does meanwhile, or will stop doing.
  08* | 40* | 53* | 55006* | 57P0* | 57014* | 58030* | XX000*) fail 1 "SQL error $(printf %.5s "$error")" ;;
  */*) fail "$REFUSED" "SQL error $(printf %.5s "$error")" ;;
  *) fail "$REFUSED" "SQL error $error" ;;
  esac
}
