# How set-up talks: one line for what is there, one for what is being made, two for a failure.

found() { printf '  found    %s\n' "$*"; }

fail() {
  printf '  FAILED   %s\n           %s\n' "$1" "$2" >&2
  exit 1
}

# step WHAT ADVICE COMMAND…: runs the command, and shows what it said only where it fails.
step() {
  what=$1 advice=$2
  shift 2
  printf '  install  %s\n' "$what"
  if "$@" >"$log" 2>&1; then return; fi
  tail -n 20 "$log" | sed 's/^/           | /' >&2
  fail "$what: $1 failed, its last lines are above, all of them in $log" "$advice"
}
