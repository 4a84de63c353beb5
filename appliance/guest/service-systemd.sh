# A server that systemd looks after, as CORNAC_UNIT.
# shellcheck shell=sh disable=SC2034,SC2154
SERVICE_USER=root

service_start() {
  open_port "$(as_user "$PGBIN/postgres" -C port -D "$PGDATA")"
  forget_number
  systemctl reset-failed "$CORNAC_UNIT" 2>/dev/null || :
  # The unit is started when PostgreSQL takes connections. After a crash that may last: then the caller asks again.
  timeout 20 systemctl start "$CORNAC_UNIT" 9>&- && return
  [ $? != 124 ] || return 0
  journalctl -q -o cat -n 20 -u "$CORNAC_UNIT" >&2 || :
  fail 1 "PostgreSQL ended while it started"
}

# A server that the power cut off, or that was killed, as it began may not have come to write its number down. PostgreSQL
# then waits for a person. Where systemd runs nothing of the unit there is no such server.
forget_number() {
  case $(line 1 "$PGDATA/postmaster.pid" | tr -d '\0') in '' | *[!0-9]*) ;; *) return 0 ;; esac
  [ "$(systemctl show -p MainPID --value "$CORNAC_UNIT")" != 0 ] || as_user rm -f "$PGDATA/postmaster.pid"
}

# open_port PORT: an origin lets PostgreSQL's usual port through; for another one SELinux must let PostgreSQL listen, and a
# firewall let others in. Its number is from files of PostgreSQL's user, who may have been broken into: no other service's
# port is given away, such as sshd's.
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

service_stop() {
  systemctl stop --no-block "$CORNAC_UNIT"
}
