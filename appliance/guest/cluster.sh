# Makes new clusters, and the origins that clusters are copied from.
# shellcheck shell=sh disable=SC2154

# choose_locale: sets LOCALE, the locale of new clusters: that of RDS where this machine has it.
choose_locale() {
  case $(locale -a | grep -ix -e '\(en_US\|C\)\.UTF-\?8') in
  *en_US*) LOCALE=en_US.UTF-8 ;;
  *C.*) LOCALE=C.UTF-8 ;;
  *) LOCALE=C ;;
  esac
}

# cluster_sql: prints the SQL that a new cluster begins with. image-cluster.sh takes its hash.
cluster_sql() {
  cat "$HERE/cluster.sql" "$HERE/roles.sql"
}

# new_cluster DIRECTORY: makes a cluster of PGBIN's version with Cornac's roles.
new_cluster() {
  choose_locale
  "$PGBIN/initdb" -D "$1" -U rdsadmin -E UTF8 --locale="$LOCALE" --data-checksums \
    --auth-local=peer --auth-host=scram-sha-256 ${CORNAC_WAL:+--waldir="$CORNAC_WAL/pg_wal"} >&2
  mkdir "$1/conf.d"
  echo "include_dir = 'conf.d'" >>"$1/postgresql.conf"
  cluster_sql |
    "$PGBIN/postgres" --single -j -D "$1" -c exit_on_error=on -c log_checkpoints=off postgres >/dev/null
}

# new_origin DIRECTORY: makes a cluster to copy. It gets its name when it is complete and on the disk.
new_origin() {
  rm -rf "$1.new"
  new_cluster "$1.new"
  sync -f "$1.new"
  mv -T "$1.new" "$1"
}
