# Runs a suite that kills processes, test/NAME/main.ts. For root the suite runs in namespaces, which end with
# the command, so no other process of this computer can be hit. `inside` is the first process in the
# namespaces.

# run_suite NAME WITHOUT ARGUMENT…: ends this shell with the suite's status. WITHOUT is the line to print
# where namespaces are not possible. With `suite_disk` the suite gets its own file system of that size in the
# namespaces.
run_suite() {
  suite=$1 without=$2
  shift 2
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/cornac
  PATH=$PWD/node_modules/.bin:$cache/python/bin:$PATH:/usr/sbin:/sbin
  export PATH
  # See scripts/test.
  export AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true

  # The path is short, because the path of a Unix socket is limited, and the machines' user must be able to
  # enter it.
  CORNAC_SUITE_DIR=$(mktemp -d "/tmp/cornac-$suite.XXXXXX")
  CORNAC_COUNTS=$CORNAC_SUITE_DIR/counts
  export CORNAC_SUITE_DIR CORNAC_COUNTS
  mkdir "$CORNAC_COUNTS" "$CORNAC_SUITE_DIR/fs"
  chmod 711 "$CORNAC_SUITE_DIR" "$CORNAC_SUITE_DIR/fs"

  run=
  keep=
  isolated=
  trap end_suite EXIT
  trap 'exit 143' TERM HUP
  # Ctrl-C also reaches the suite, which ends in order, with 130.
  trap : INT

  namespaces='--mount --pid --ipc --fork --mount-proc'
  # The loopback interface of a new network namespace must be brought up.
  if command -v ip >/dev/null; then namespaces="$namespaces --net"; fi
  if [ "$(id -u)" = 0 ] && unshare $namespaces true 2>/dev/null; then
    isolated=KILL
    [ -z "${suite_disk:-}" ] || truncate -s "$suite_disk" "$CORNAC_SUITE_DIR/image"
    unshare $namespaces --kill-child sh scripts/suite.d/inside "$suite" "$@" &
  else
    echo "$suite: $without" >&2
    node --import tsx "test/$suite/main.ts" "$@" &
  fi
  run=$!
  status=0
  wait "$run" || status=$?
  while kill -0 "$run" 2>/dev/null; do
    status=0
    wait "$run" || status=$?
  done
  run=
  [ "$status" != 130 ] || exit 130

  [ "$status" = 0 ] || show_what_is_left
  node --import tsx scripts/counts.ts "$suite" "$CORNAC_COUNTS" || {
    counted=$?
    [ "$status" != 0 ] || status=$counted
  }
  exit "$status"
}

end_suite() {
  # `unshare` ends only on KILL, and the namespaces end with it. Without namespaces the suite ends in order on
  # TERM.
  [ -z "$run" ] || { kill "-${isolated:-TERM}" "$run" && wait "$run"; } 2>/dev/null || :
  rm -f "$CORNAC_SUITE_DIR/image"
  [ -n "$keep" ] || rm -rf "$CORNAC_SUITE_DIR"
}

show_what_is_left() {
  keep=yes
  rm -rf "$CORNAC_SUITE_DIR/fs"
  echo "$suite: journal, schedules and logs are in $CORNAC_SUITE_DIR"
  for log in "$CORNAC_SUITE_DIR"/up.log "$CORNAC_SUITE_DIR"/log/*.log; do
    [ -f "$log" ] || continue
    echo "==> $log"
    tail -n 15 "$log" | cut -c 1-400
  done
  for schedule in "$CORNAC_SUITE_DIR"/schedule-*.json; do
    [ ! -f "$schedule" ] || { echo "==> $schedule"; cat "$schedule"; }
  done
}
