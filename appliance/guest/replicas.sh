# The read replicas of this server: who may copy it and read its log. docs/decisions/0024-read-replicas.md
# shellcheck shell=sh disable=SC2034,SC2154
REPLICAS=$CORNAC_DATA/replicas
REPLICAS_CONF=$PGDATA/conf.d/cornac-replicas.conf

# require_replica ID: ends the verb where this is no id of an instance.
require_replica() {
  case $1 in
  db- | db-*[!A-Za-z0-9]*) ;;
  db-*) return ;;
  esac
  fail 64 "not a read replica: '$1'"
}

# slot_of ID: prints the name of the replica's slot.
slot_of() {
  printf 'cornac_%s\n' "$1" | tr 'A-Z-' 'a-z_'
}

# list_replicas: prints the ids of the read replicas.
list_replicas() {
  for each in "$REPLICAS"/db-*; do
    each=${each##*/}
    case $each in *[!A-Za-z0-9-]*) ;; *) echo "$each" ;; esac
  done
}

# replica_doors: prints the lines of pg_hba.conf for read replicas. A replica proves by its certificate which one it is,
# and nobody logs in as its role.
replica_doors() {
  [ -n "$(list_replicas)" ] || return 0
  cat <<'HBA'
hostssl  replication  rdsrepladmin  0.0.0.0/0  cert map=replicas
hostssl  replication  rdsrepladmin  ::/0       cert map=replicas
host     all          rdsrepladmin  0.0.0.0/0  reject
host     all          rdsrepladmin  ::/0       reject
HBA
}

# idents: prints pg_ident.conf.
idents() {
  echo "cornac $CORNAC_USER rdsadmin"
  list_replicas | sed 's/.*/replicas "replica &" rdsrepladmin/'
}

# put_doors: writes pg_hba.conf and pg_ident.conf for the present replicas. The caller has the lock of `configure`.
put_doors() {
  idents >"$PGDATA/pg_ident.conf.new"
  sync "$PGDATA/pg_ident.conf.new"
  mv "$PGDATA/pg_ident.conf.new" "$PGDATA/pg_ident.conf"
  # `guard` opens the doors of a cluster that it mends.
  [ ! -e "$UNMENDED" ] || return 0
  doors_of "$PGDATA/conf.d/cornac.conf" >"$PGDATA/pg_hba.conf.new"
  sync "$PGDATA/pg_hba.conf.new"
  mv "$PGDATA/pg_hba.conf.new" "$PGDATA/pg_hba.conf"
}
