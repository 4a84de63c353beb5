# A server that systemd looks after, as CORNAC_UNIT.
# shellcheck shell=sh disable=SC2034,SC2154
SERVICE_USER=root

service_start() {
  systemctl reset-failed "$CORNAC_UNIT" 2>/dev/null || :
  systemctl start --no-block "$CORNAC_UNIT"
  started=
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
