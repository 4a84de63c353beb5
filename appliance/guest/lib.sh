# Sourced by every verb: finds the machine's root, reads its settings, and defines the functions that verbs share.
# shellcheck shell=sh disable=SC2034
set -eu
umask 077

HERE=${0%/*}
ROOT=${HERE%/opt/cornac/*}
. "$ROOT/etc/cornac/guest.conf"
PGDATA=$CORNAC_DATA/pgdata
# PostgreSQL's user may have no access to root's directory, and its programs would print a warning about that.
cd /
# The user who runs the verb. Looked up once, because each started program costs a create about a millisecond.
ME=$(id -un)
# This file exists from the time when `guard` begins to undo a privilege escalation until it has ended.
UNMENDED=$PGDATA/cornac.unmended

# Exit status: not finished yet, call again.
AGAIN=75
# Exit status: the same call will fail again, however often it is repeated.
REFUSED=65
# Exit status of `sql` where it did not get a lock in time.
LOCKED=55
# Exit status: a process of the server does not end because the kernel waits for a device.
STUCK=56

# fail STATUS MESSAGE...
fail() {
  status=$1
  shift
  echo "${0##*/}: $*" >&2
  exit "$status"
}

# was_ended STATUS: whether a program with this exit status was ended from outside, e.g. because memory was short, so that
# another run may have another result. After a fault of its own it has the signal ABRT or SEGV.
was_ended() {
  case $1 in 129 | 130 | 137 | 143) ;; *) return 1 ;; esac
}

# become USER "$@": runs the verb again as USER, where another user runs it.
become() {
  user=$1
  shift
  [ "$ME" = "$user" ] && return
  [ "$ME" = root ] && exec runuser -u "$user" -- "$0" "$@"
  exec sudo -n -u "$user" -- "$0" "$@"
}

# as_user COMMAND...: runs COMMAND as PostgreSQL's user. A file of that user that root reads, writes or runs could
# be a link, a pipe or another program, because PostgreSQL may have been broken into.
as_user() {
  if [ "$ME" = root ]; then
    timeout 20 setpriv --reuid "$CORNAC_USER" --regid "$(id -g "$CORNAC_USER")" --init-groups -- "$@"
  else
    "$@"
  fi
}

# line NUMBER FILE: prints a line of a file of PostgreSQL's user. Fails where the file does not exist.
line() {
  if [ "$ME" = root ]; then
    as_user sed -n "$1{p;q}" "$2" 2>/dev/null
  else
    { read_line "$1" <"$2"; } 2>/dev/null
  fi
}

# quoted TEXT: prints TEXT for a setting of PostgreSQL that is a command.
quoted() {
  printf '%s' "$1" | sed "s/%/%%/g; s/'/''/g"
}

# require_stanza NAME: ends the verb where this is no name of a stanza.
require_stanza() {
  case $1 in
  ln- | ln-*[!a-z0-9]*) ;;
  ln-*) return ;;
  esac
  fail 64 "not a stanza: '$1'"
}

# read_line NUMBER: prints a line of stdin.
read_line() {
  left=$1
  while IFS= read -r text || [ -n "$text" ]; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { printf '%s\n' "$text"; return; }
  done
}

# lock NAME: waits for another holder of the lock NAME, for a part of the minute that SSH gives a verb. A process that
# outlives the verb must close descriptor 9. Root's locks are in a directory where only root can take them.
lock() {
  locks=$CORNAC_DATA/.
  [ "$ME" != root ] || { mkdir -p -m 700 /run/cornac && locks=/run/cornac/; }
  exec 9>"$locks$1.lock"
  flock -w 10 9 || fail "$AGAIN" "another run of this step has not ended"
}

# find_data: mounts the data disk of a machine that has just booted, where that is left to do. For verbs that the
# machine's root begins.
find_data() {
  [ "$ME" = root ] || return 0
  [ ! -f "$PGDATA/PG_VERSION" ] || [ ! -d "${CORNAC_WAL:-$PGDATA}/pg_wal" ] || return 0
  . "$HERE/disk-$CORNAC_DISK.sh"
  mount_disk
}

# use_postgres MAJOR: sets PGBIN to the directory of that version's programs. guest.conf may name one for a version.
use_postgres() {
  case $1 in '' | *[!0-9]*) fail 64 "not a major version: '$1'" ;; esac
  eval "PGBIN=\${CORNAC_PGBIN_$1:-}"
  # shellcheck disable=SC2059 # the setting is a format
  [ -n "$PGBIN" ] || PGBIN=$(printf "$CORNAC_PGBIN" "$1")
  [ -x "$PGBIN/postgres" ] || fail 69 "PostgreSQL $1 is not in $PGBIN"
}

# use_cluster: sets PGBIN and major for the machine's cluster.
use_cluster() {
  [ -f "$PGDATA/PG_VERSION" ] || fail 66 "there is no cluster"
  major=$(line 1 "$PGDATA/PG_VERSION")
  use_postgres "$major"
}

# server_pid: prints the process id of this cluster's server. Fails when no server runs. A number from before a
# crash may be another process's by now, so that the working directory is checked: a server's is its cluster.
server_pid() {
  [ -f "$PGDATA/postmaster.pid" ] || return 1
  pid=$(line 1 "$PGDATA/postmaster.pid") || return 1
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  [ "/proc/$pid/cwd" -ef "$PGDATA" ] || return 1
  echo "$pid"
}

# server_port: prints the port of this cluster's server, which writes it to postmaster.pid. The port is part of the
# socket's name.
server_port() {
  port=$(line 4 "$PGDATA/postmaster.pid") || :
  echo "${port:-5432}"
}

# server_is_ready: whether the server takes connections, by the eighth line of postmaster.pid, as pg_ctl does it.
server_is_ready() {
  server_pid >/dev/null || return 1
  case $(line 8 "$PGDATA/postmaster.pid") in ready | ready\ *) ;; *) return 1 ;; esac
}

# work_of PID: prints a line `process ticks state` for each process of the server. Ticks are its CPU time.
work_of() {
  for child in $(cat "/proc/$1/task/$1/children"); do
    awk '{ print $1, $14 + $15, $3 }' "/proc/$child/stat" || :
  done 2>/dev/null
}

# has_sessions PID: whether the server has processes other than those that write its last checkpoint and send it to
# standbys. A server that shuts down begins with the checkpoint only when its sessions have ended.
has_sessions() {
  for child in $(cat "/proc/$1/task/$1/children"); do
    tr '\0' ' ' <"/proc/$child/cmdline" && echo
  done 2>/dev/null | sed 's/ *$//' |
    grep -Eqv '^$|^postgres: (.*: )?(checkpointer|background writer|walwriter|walsummarizer|logger|startup.*|archiver.*|walreceiver.*|walsender .*|io worker [0-9]+)$'
}

# end_hung PID WORK: ends a server immediately that has been shutting down for a minute, and still has sessions, or has
# processes of which none has used CPU time since `work_of` printed WORK. A session that is stopped, or does not come
# back from a system call, would hold up the shutdown for ever. PostgreSQL 15 hangs for ever where its shutdown begins
# while it recovers from a crash of one of its processes. Committed data is in the log, from which the next start
# recovers. Fails where a process does not end because the kernel waits for a device.
end_hung() {
  case $(line 8 "$PGDATA/postmaster.pid") in stopping*) ;; *) return 0 ;; esac
  [ -n "$(as_user find "$PGDATA/postmaster.pid" -mmin +1)" ] || return 0
  found=$({ echo "$2"; work_of "$1"; } | awk '
    $1 in ticks && ticks[$1] != $2 { busy = 1 }
    $1 in ticks && ticks[$1] == $2 && states[$1] == "D" && $3 == "D" { stuck = 1 }
    { ticks[$1] = $2; states[$1] = $3 }
    END { print stuck ? "stuck" : busy ? "busy" : "idle" }')
  [ "$found" != busy ] || has_sessions "$1" || return 0
  # At the second signal PostgreSQL kills its processes after five seconds.
  as_user sh -c 'kill -QUIT "$1"' sh "$1" || :
  [ "$found" != stuck ] || fail "$STUCK" "a process of PostgreSQL waits for a device and cannot be ended"
}

# reload: makes the running server reload its settings, and waits for the end of that. A new session has the
# settings of the server that it forks from, and pg_conf_load_time() shows when they were loaded. Fails at once
# where the server takes no sessions.
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

# in_database OID [psql options]: runs SQL from stdin in that database. Does nothing where the database takes no
# connections. The name is quoted, because psql could take it for connection options.
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

# sql [psql options]: runs SQL from stdin as rdsadmin. Its statements are in no log and no statistics. A user's
# function with the name of a built-in one is never called, and settings of roles and databases do not apply. The
# SQL ends within SSH's minute, also in the server, because the session of an aborted verb would hold one of the
# few connections that are reserved for superusers. SQL_SETTINGS: more settings. Errors are reported with their
# SQLSTATE, and without paths.
sql() {
  settings='-c log_statement=none -c log_min_error_statement=panic -c log_min_duration_statement=-1'
  settings="$settings -c log_min_duration_sample=-1 -c log_transaction_sample_rate=0 -c log_duration=off"
  # An error in a function would be logged with the statement that the function runs.
  settings="$settings -c log_error_verbosity=terse -c debug_print_parse=off -c debug_print_rewritten=off"
  settings="$settings -c debug_print_plan=off -c auto_explain.log_min_duration=-1 -c track_activities=off"
  settings="$settings -c pg_stat_statements.track=none -c pgaudit.log=none -c search_path=pg_catalog"
  settings="$settings -c local_preload_libraries= -c session_preload_libraries= -c default_transaction_read_only=off -c role=none"
  settings="$settings -c standard_conforming_strings=on"
  settings="$settings -c lock_timeout=10s -c statement_timeout=50s -c idle_in_transaction_session_timeout=50s"
  # Without conversion, so that a name goes back to the server as it came.
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

# explain_sql: ends a verb whose SQL failed. $status is the exit status of psql, $said is its output on stderr.
explain_sql() {
  error=$(printf '%s\n' "$said" | sed -n 's/^.*\(ERROR\|FATAL\|PANIC\):  \([0-9A-Z]\{5\}: .*\)/\2/p' | tail -n 1)
  case $error in
  '') [ "$status" != 124 ] || fail 1 "no end in time"
    fail 1 "PostgreSQL takes no connection: $(printf '%s\n' "$said" | sed -n 's/^.*FATAL:  //p' | tr -d / | tail -n 1)" ;;
  55P03*) fail "$LOCKED" "SQL error $error" ;;
  # Transient: the reason is what other sessions or processes do at present.
  08* | 40* | 53* | 55006* | 57P0* | 57014* | 58030* | XX000*) fail 1 "SQL error $(printf %.5s "$error")" ;;
  */*) fail "$REFUSED" "SQL error $(printf %.5s "$error")" ;;
  *) fail "$REFUSED" "SQL error $error" ;;
  esac
}
