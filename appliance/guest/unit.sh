# Work that goes on without the session that began it, and is found again by the next call. It holds a lock as long as it
# lives. A verb has one kind of such work, in a directory of its own.
# shellcheck shell=sh disable=SC2034,SC2154

# begin_unit NAME COMMAND...: begins the work in a session of its own.
# shellcheck disable=SC2016 # for the shell of the unit
begin_unit() {
  rm -f "$UNIT/status" "$UNIT/log"
  echo "$1" >"$UNIT/name"
  shift
  setsid flock -w 2 "$UNIT/lock" sh -c 'unit=$1; shift
    "$@" >"$unit/log" 2>&1
    echo $? >"$unit/status.new"
    mv "$unit/status.new" "$unit/status"' sh "$UNIT" "$@" </dev/null >/dev/null 2>&1 9>&- &
}

# unit_runs: whether the work of some call runs.
unit_runs() {
  ! flock -n "$UNIT/lock" true
}

# unit_percent: the share of the bytes that are copied, as pgBackRest logs it with each file.
unit_percent() {
  percent=$(sed -n 's/^.*, \([0-9]*\)\.[0-9]*%).*$/\1/p' "$UNIT/log" 2>/dev/null | tail -n 1)
  echo "${percent:-0}"
}

# await_unit NAME: waits for a part of the minute until `is_done`, which the verb defines, and begins the work by `begin`
# where none runs. Sets `ended` where the work has ended without success, also between two calls, and says so once: the
# next call begins it again. Ends the verb with AGAIN where the work still runs.
await_unit() {
  mkdir -p "$UNIT"
  begun=
  tries=0
  while :; do
    if unit_runs; then
      begun=yes
    elif is_done; then
      return 0
    elif [ -f "$UNIT/status" ] && [ "$(cat "$UNIT/name")" = "$1" ]; then
      ended=$(cat "$UNIT/status")
      rm -f "$UNIT/status"
      return 1
    elif [ -z "$begun" ]; then
      begin
      begun=yes
      sleep 0.1
    fi
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || break
    sleep 0.1
  done
  fail "$AGAIN" "the work goes on, $(unit_percent) percent"
}
