# The output of set-up: one line for an installed part, one for a part that is being installed, two for a
# failure.

found() { printf '  found    %s\n' "$*"; }

fail() {
  printf '  FAILED   %s\n           %s\n' "$1" "$2" >&2
  exit 1
}

# step WHAT ADVICE COMMAND…: runs the command, and shows its output only where the command fails.
step() {
  what=$1 advice=$2
  shift 2
  printf '  install  %s\n' "$what"
  if "$@" >"$log" 2>&1; then return; fi
  tail -n 20 "$log" | sed 's/^/           | /' >&2
  fail "$what: $1 failed, its last lines are above, all of them in $log" "$advice"
}
