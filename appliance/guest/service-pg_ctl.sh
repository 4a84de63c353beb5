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

# Removes what a server that was killed left behind, where it would stop the next one: its number may be another
# process's now. PostgreSQL itself sees to the case that some of its own processes still run.
forget_server() {
  rm -f "$CORNAC_RUN"/.s.PGSQL.*
  [ -f "$PGDATA/postmaster.pid" ] || return 0
  read -r old <"$PGDATA/postmaster.pid" || old=
  if [ -e "/proc/${old:-none}" ] && [ -z "$(find /proc -maxdepth 2 -name cwd -lname "$PGDATA" 2>/dev/null)" ]; then
    rm -f "$PGDATA/postmaster.pid"
  fi
}
