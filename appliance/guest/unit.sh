# Work that goes on without the session that began it, and is found again by the next call. It holds a lock as long as it
# lives. The verb sets UNIT, the directory of its one work, and defines `is_done` and `begin`, then calls `await_unit`.
# The log stays in that directory until the next work begins, for the operator.
# shellcheck shell=sh disable=SC2034,SC2154

# The exit status of flock where another process holds the lock. It has others for its own errors.
HELD=76

# begin_unit NAME COMMAND...: begins the work in a session of its own. Its exit status takes the place of the question
# marks, because a full disk has no room for a new file. They stay where the work is killed together with its shell.
# shellcheck disable=SC2016 # for the shell of the unit
begin_unit() {
  rm -f "$UNIT/log" && echo '???' >"$UNIT/status" && echo "$1" >"$UNIT/name" || fail 1 "the work cannot begin"
  shift
  setsid flock -w 2 "$UNIT/lock" sh -c 'unit=$1; shift
    "$@" >"$unit/log" 2>&1
    printf "%-3d" "$?" 1<>"$unit/status"' sh "$UNIT" "$@" </dev/null >/dev/null 2>&1 9>&- &
}

# unit_runs: whether the work of some call runs.
unit_runs() {
  held=0
  flock -n -E "$HELD" "$UNIT/lock" true || held=$?
  case $held in
  0) return 1 ;;
  "$HELD") ;;
  *) fail 1 "the lock of the work cannot be taken" ;;
  esac
}

# unit_ended NAME: whether the last work had this name, and ended by itself. Sets `ended` to its exit status.
unit_ended() {
  [ -f "$UNIT/status" ] && [ "$(cat "$UNIT/name")" = "$1" ] || return 1
  read -r ended <"$UNIT/status" || [ -n "$ended" ] || return 1
  case $ended in *[!0-9]*) return 1 ;; esac
}

# unit_percent: the share of the bytes that are copied, as pgBackRest logs it with each file.
unit_percent() {
  percent=$(sed -n 's/^.*, \([0-9]*\)\.[0-9]*%).*$/\1/p' "$UNIT/log" 2>/dev/null | tail -n 1)
  echo "${percent:-0}"
}

# await_unit NAME: waits until `is_done`, for at most UNIT_WAIT tenths of a second, and begins the work by `begin` where
# none runs. Where the work has ended without success, also between two calls, it sets `ended` and fails once: the next
# call begins the work again. Ends the verb with AGAIN where the work still runs. `set -e` has no effect in here.
await_unit() {
  mkdir -p "$UNIT" || fail 1 "there is no directory for the work"
  begun=
  tries=0
  while :; do
    if unit_runs; then
      begun=yes
    elif is_done; then
      return 0
    elif unit_ended "$1"; then
      rm -f "$UNIT/status"
      return 1
    elif [ -z "$begun" ]; then
      begin
      begun=yes
      sleep 0.1
    fi
    tries=$((tries + 1))
    [ "$tries" -lt "${UNIT_WAIT:-200}" ] || break
    sleep 0.1
  done
  fail "$AGAIN" "the work goes on, $(unit_percent) percent"
}
