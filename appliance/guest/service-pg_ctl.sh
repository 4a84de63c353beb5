# A server that nobody else looks after.
# shellcheck shell=sh disable=SC2034,SC2154
SERVICE_USER=$CORNAC_USER

service_start() {
  forget_server
  # Away from this session, and with none of its descriptors, so that it stays when the session ends.
  setsid "$PGBIN/postgres" -D "$PGDATA" </dev/null >>"$CORNAC_LOG/start.log" 2>&1 9>&- &
  started=$!
}

service_stop() {
  kill -INT "$1"
}

# Removes what a server that was killed left behind, where it would stop the next one: its processes, its sockets, and a
# number that is another process's now, or that it did not come to write down.
forget_server() {
  end_left
  rm -f "$CORNAC_RUN"/.s.PGSQL.*
  [ -f "$PGDATA/postmaster.pid" ] || return 0
  read -r old <"$PGDATA/postmaster.pid" || :
  case $old in '' | *[!0-9]*) ;; *) [ -e "/proc/$old" ] || return 0 ;; esac
  rm -f "$PGDATA/postmaster.pid"
}

# A session sees that its server is gone when it waits for something, which one that computes does not. What it has not
# committed is lost either way.
end_left() {
  tries=0
  while left=$(left_processes) && [ -n "$left" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 500 ] || fail 1 "processes of an earlier server do not end"
    # shellcheck disable=SC2086 # words
    case $tries in 1) kill -QUIT $left || : ;; 300) kill -KILL $left || : ;; esac 2>/dev/null
    sleep 0.02
  done
}

left_processes() {
  for cwd in /proc/[0-9]*/cwd; do
    [ "$cwd" -ef "$PGDATA" ] || continue
    of=${cwd%/cwd}
    case $(readlink "$of/exe") in */postgres | */postgres\ \(deleted\)) echo "${of#/proc/}" ;; esac
  done
}
