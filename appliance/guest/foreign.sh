# A cluster whose files the user of another machine wrote, so that nothing in it is trusted.
# shellcheck shell=sh disable=SC2154

# has_links CLUSTER: whether it has a link to a place outside, such as that of a tablespace, or anything else that is neither a file
# nor a directory. No user can make a tablespace.
has_links() {
  others=$(find "$1" ! -type f ! -type d -print -quit) || fail 1 "the files of the cluster cannot be listed"
  [ -n "$others" ]
}

# own_settings CLUSTER: removes its settings, except those of the locale, and what would begin a recovery. Fails where it has none.
own_settings() {
  locale=$(sed -n "s/^\(datestyle\|default_text_search_config\|lc_[a-z]\{1,20\}\) = \('[A-Za-z0-9_., -]*'\).*/\1 = \2/p" "$1/postgresql.conf") ||
    return
  rm -rf "$1"/*.conf "$1/conf.d" "$1"/*.signal "$1/tablespace_map" "$1/postmaster.pid"
  mkdir "$1/conf.d"
  printf '%s\n' "$locale" "include_dir = 'conf.d'" >"$1/postgresql.conf"
  : >"$1/postgresql.auto.conf"
  # `configure` syncs what it writes where this file exists, because no later step does.
  : >"$1/postmaster.opts"
}
