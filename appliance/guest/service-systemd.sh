# A server that systemd looks after, as CORNAC_UNIT.
# shellcheck shell=sh disable=SC2034,SC2154
SERVICE_USER=root

service_start() {
  systemctl reset-failed "$CORNAC_UNIT" 2>/dev/null || :
  # The unit is started when PostgreSQL takes connections. After a crash that may last: then the caller asks again.
  timeout 20 systemctl start "$CORNAC_UNIT" 9>&- && return
  [ $? != 124 ] || return 0
  journalctl -q -o cat -n 20 -u "$CORNAC_UNIT" >&2 || :
  fail 1 "PostgreSQL ended while it started"
}

service_stop() {
  systemctl stop --no-block "$CORNAC_UNIT"
}

unit_start() {
  systemd-run --quiet --collect --unit="cornac-$name" -- "$@"
}

unit_runs() {
  systemctl is-active --quiet "cornac-$name"
}

unit_end() {
  systemctl kill --signal=KILL "cornac-$name"
  while unit_runs; do sleep 0.1; done
}
