# Sourced by verbs that change roles, because a user's open transaction can block such a change.
# shellcheck shell=sh disable=SC2034,SC2154

# insist FUNCTION: runs FUNCTION, which calls sql. Where FUNCTION does not get a lock in time, insist runs it
# again with LOCKS=yes: then FUNCTION takes all its locks first, so that other sessions queue behind it. Sessions
# that hold these locks are ended.
insist() {
  LOCKS=
  SQL_SETTINGS='-c cornac.doors=open -c lock_timeout=5s'
  status=0
  exec 4>&1
  first=$( ("$1") 2>&1 >&4 4>&-) || status=$?
  exec 4>&-
  case $status in
  0) return ;;
  "$LOCKED") ;;
  *)
    printf '%s\n' "$first" >&2
    exit "$status"
    ;;
  esac
  LOCKS=yes
  SQL_SETTINGS='-c cornac.doors=open -c lock_timeout=35s'
  SQL_NAME='cornac insists'
  "$1" &
  main=$!
  ended=
  while kill -0 "$main" 2>/dev/null; do
    ended="$ended$(end_holders)
"
    sleep 0.1
  done
  status=0
  wait "$main" || status=$?
  printf %s "$ended" | grep . | sort -u || :
  return "$status"
}

# end_holders: ends the sessions that hold the locks, and prints notes about them.
end_holders() {
  SQL_SETTINGS=
  SQL_NAME=cornac
  found=$( (sql <"$HERE/end-holders.sql") 2>/dev/null) || :
  printf '%s\n' "$found" | grep '^note: ' || :
  for oid in $(printf '%s\n' "$found" | sed -n 's/^prepared //p'); do
    # A prepared transaction can be ended in its own database only, and that may refuse connections.
    closed=$( (sql -v oid="$oid" -v open=true <"$HERE/open-database.sql") 2>/dev/null) || :
    (in_database "$oid" <"$HERE/end-prepared.sql") 2>/dev/null || :
    [ -z "$closed" ] || (sql -v oid="$oid" -v open=false <"$HERE/open-database.sql") >/dev/null 2>&1 || :
  done
}
