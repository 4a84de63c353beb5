# Which extensions users may make, and which libraries the server loads. docs/decisions/0019-extensions.md
# shellcheck shell=sh disable=SC2154

# has_library NAME
has_library() {
  for place in "$PGBIN/../lib" "$PGBIN/../lib/postgresql" /usr/lib64/pgsql; do
    [ ! -e "$place/$1.so" ] || return 0
  done
  return 1
}

# has_extension NAME
has_extension() {
  for place in "/usr/share/postgresql/$major" "$PGBIN/../share" "$PGBIN/../share/postgresql" /usr/share/pgsql; do
    [ ! -e "$place/extension/$1.control" ] || return 0
  done
  return 1
}

# value_of NAME FILE: prints the last value of a setting in FILE, which has settings as Cornac writes them. Fails where
# the setting is not in it.
value_of() {
  value=
  known=1
  while IFS= read -r line; do
    case $line in
    "$1 = '"*)
      value=${line#*"'"}
      value=${value%"'"}
      known=0
      ;;
    esac
  done <"$2"
  printf '%s\n' "$value"
  return "$known"
}

# in_list NAME LIST: whether NAME is in a list with commas.
in_list() {
  case ,$(printf %s "$2" | tr -d ' "'), in *,"$1",*) return 0 ;; esac
  return 1
}

# following_settings FILE: prints the settings of PostgreSQL that follow from those in FILE.
following_settings() {
  libraries=$(value_of shared_preload_libraries "$1") && loadable "$libraries"
  # Without its scripts pgextwlist would let every user make, and drop, every extension of the list.
  helped=
  [ ! -e "$HERE/extensions/.plain/before-create.sql" ] || ! has_library pgextwlist || helped=yes
  allowed=$(value_of rds.allowed_extensions "$1") || :
  offered=
  handled=
  while read -r name class; do
    case $name in '' | '#'*) continue ;; esac
    has_extension "$name" || continue
    may=
    case $allowed in '' | '*') may=yes ;; *) ! in_list "$name" "$allowed" || may=yes ;; esac
    # pgextwlist handles what a user may make with its help, and a trusted extension in order to refuse it.
    case $class$may in
    trustedyes) ;;
    trusted | *yes) [ -z "$helped" ] || handled="$handled,\"$name\"" ;;
    esac
    [ "$class" != trusted ] && [ -z "$helped" ] || offered="$offered, $name"
  done <"$(extension_list)"
  echo "rds.extensions = '${offered#, }'"
  [ -z "$helped" ] || cat <<CONF
session_preload_libraries = 'pgextwlist'
extwlist.extensions = '${handled#,}'
extwlist.custom_path = '$HERE/extensions'
CONF
}

# The list has another name in Cornac's sources than on a machine.
extension_list() {
  if [ -e "$HERE/extensions/.list" ]; then echo "$HERE/extensions/.list"; else echo "$HERE/extensions/list"; fi
}

# loadable LIBRARIES: prints the setting without pg_stat_statements where the machine lacks it, because the default has it.
# `configure` refuses every other library that is missing.
loadable() {
  ! has_library pg_stat_statements || return 0
  present=
  for library in $(printf %s "$1" | tr ',' ' '); do
    [ "$library" = pg_stat_statements ] || present=$present,$library
  done
  echo "shared_preload_libraries = '${present#,}'"
}
