# A server that systemd runs, as CORNAC_UNIT.
# shellcheck shell=sh disable=SC2034,SC2154
SERVICE_USER=root

service_start() {
  open_port "$(as_user "$PGBIN/postgres" -C port -D "$PGDATA")"
  forget_number
  systemctl reset-failed "$CORNAC_UNIT" 2>/dev/null || :
  # The unit counts as started when PostgreSQL takes connections. After a crash that may take long: then the
  # caller calls again.
  timeout 20 systemctl start "$CORNAC_UNIT" 9>&- && return
  [ $? != 124 ] || return 0
  tell_end "$(journalctl -q -o cat -n 20 -u "$CORNAC_UNIT")" >&2 || :
  fail 1 "PostgreSQL ended while it started"
}

# Removes a postmaster.pid without a number, which a power cut or a kill at the start of a server leaves.
# PostgreSQL does not start with such a file until a person removes it. No server runs where systemd has no
# process of the unit.
forget_number() {
  case $(line 1 "$PGDATA/postmaster.pid" | tr -d '\0') in '' | *[!0-9]*) ;; *) return 0 ;; esac
  [ "$(systemctl show -p MainPID --value "$CORNAC_UNIT")" != 0 ] || as_user rm -f "$PGDATA/postmaster.pid"
}

# open_port PORT: an origin opens PostgreSQL's usual port. For another port SELinux must allow PostgreSQL to
# listen, and a firewall must allow connections. PORT is read from files of PostgreSQL's user, which may have been
# broken into, so that the port of another service, such as sshd, is refused.
open_port() {
  case $1 in 5432) return 0 ;; '' | *[!0-9]* | ??????*) fail 1 "not a port: '$1'" ;; esac
  [ "$1" -ge 1150 ] || fail 1 "not a port of an instance: $1"
  if selinuxenabled 2>/dev/null; then
    semanage port -a -t postgresql_port_t -p tcp "$1" 2>/dev/null ||
      semanage port -m -t postgresql_port_t -p tcp "$1" >&2
  fi
  if systemctl is-active --quiet firewalld; then
    firewall-cmd -q --permanent --add-port="$1/tcp" >&2
    firewall-cmd -q --add-port="$1/tcp" >&2
  fi
}

# Fails where it runs already. It ends with the server.
service_watch() {
  systemd-run -q --collect --unit=cornac-watch-roles --uid="$CORNAC_USER" -p BindsTo="$CORNAC_UNIT" -p After="$CORNAC_UNIT" \
    "$HERE/watch-roles" 2>/dev/null || :
}

service_stop() {
  systemctl stop --no-block "$CORNAC_UNIT"
}
