# A server that systemd looks after, as CORNAC_UNIT.
# shellcheck shell=sh disable=SC2034
SERVICE_USER=root

service_start() {
  systemctl reset-failed "$CORNAC_UNIT" 2>/dev/null || :
  systemctl start --no-block "$CORNAC_UNIT"
  started=
}

service_stop() {
  systemctl stop --no-block "$CORNAC_UNIT"
}
