# A server that no service manager runs.
# shellcheck shell=sh disable=SC2034,SC2154
SERVICE_USER=$CORNAC_USER

service_start() {
  forget_server
  : >"$CORNAC_LOG/start.log"
  # In a session of its own and without this session's descriptors, so that it stays when this session ends.
  setsid "$PGBIN/postgres" -D "$PGDATA" </dev/null >>"$CORNAC_LOG/start.log" 2>&1 9>&- &
  started=$!
}

service_watch() {
  setsid "$HERE/watch-roles" </dev/null >/dev/null 2>&1 9>&- &
}

service_stop() {
  kill -INT "$1"
}

# Removes the remains of a killed server that would prevent the next start: its processes, its sockets, and a
# postmaster.pid whose number is missing or now another process's.
forget_server() {
  end_left
  rm -f "$CORNAC_RUN"/.s.PGSQL.*
  [ -f "$PGDATA/postmaster.pid" ] || return 0
  read -r old <"$PGDATA/postmaster.pid" || :
  case $old in '' | *[!0-9]*) ;; *) [ -e "/proc/$old" ] || return 0 ;; esac
  rm -f "$PGDATA/postmaster.pid"
}

# Ends the sessions of a killed server. A session notices the end of its server only when it waits for something. What
# it has not committed is lost either way.
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
