# The clusters that are part of a machine's image: one archive for each version. A copy takes a fifth of the time of
# initdb. The playbook makes them with pack-cluster. Also what every copy of a cluster needs.
# shellcheck shell=sh disable=SC2154

# image_cluster MAJOR: prints the path of the archive of a cluster that new_cluster would make here in the same way. Its
# name is a hash of everything that decides the content: these scripts, the programs, and the locales of this machine.
# So a newer Cornac, or a machine whose packages were replaced, does not find an archive that no longer fits.
image_cluster() {
  hash=$(
    {
      cat "$HERE/cluster.sh"
      cluster_sql
      stat -L -c '%s %Y' "$PGBIN/initdb" "$PGBIN/postgres"
      locale -a
      getconf GNU_LIBC_VERSION
    } 2>/dev/null | sha256sum
  )
  echo "$CORNAC_CLUSTERS/$1-$(printf %.16s "$hash").tar"
}

# unpack_cluster ARCHIVE MAJOR DIRECTORY: makes a cluster of its own of the archive. The archive has no write-ahead log.
unpack_cluster() {
  mkdir "$3" || return
  tar -x -m -C "$3" -f "$1" || return
  wal=$3/pg_wal
  if [ -n "${CORNAC_WAL:-}" ]; then
    wal=$CORNAC_WAL/pg_wal
    ln -s "$wal" "$3/pg_wal" || return
  fi
  mkdir -p "$wal/archive_status" || return
  [ "$2" -lt 17 ] || mkdir "$wal/summaries" || return
  own_identity "$3"
}

# own_identity CLUSTER: gives a copy what no two clusters may share, and a new write-ahead log. Backups, standbys and the
# archive know a cluster by its system identifier, and would take the log of one copy for that of another. It is in the
# first eight bytes of pg_control. Seven of them are replaced, because the last one has the sign. From the nonce the
# server makes the salts of users that do not exist. With the same nonce a salt would show in which copy a user exists.
# pg_resetwal takes all other values as they are, in spite of the wrong checksum, and makes a log that fits.
own_identity() {
  control=$1/global/pg_control
  nonce=$(LC_ALL=C "$PGBIN/pg_controldata" "$1" | sed -n 's/^Mock authentication nonce: *//p')
  [ ${#nonce} = 64 ] || return
  bytes=$(od -An -v -tx1 "$control" | tr -d ' \n')
  before=${bytes%%"$nonce"*}
  [ "$before" != "$bytes" ] || return
  dd if=/dev/urandom of="$control" bs=7 count=1 conv=notrunc status=none || return
  dd if=/dev/urandom of="$control" bs=1 seek=$((${#before} / 2)) count=32 conv=notrunc status=none || return
  "$PGBIN/pg_resetwal" -f -D "$1" >/dev/null 2>&1
}

# copy_cluster FROM TO: copies the databases in parallel, because their hundreds of files take most of the time. Modes
# are not copied, because all machines read an origin, and only its server reads a cluster. The write-ahead log is not
# copied, because own_identity makes a new one.
copy_cluster() {
  from=$1
  to=$2
  copy="cp -dR --no-preserve=mode --reflink=auto"
  mkdir "$to" "$to/base" "$to/pg_wal" "$to/pg_wal/archive_status"
  [ ! -d "$from/pg_wal/summaries" ] || mkdir "$to/pg_wal/summaries"
  copies=
  for database in "$from"/base/*; do
    $copy "$database" "$to/base" &
    copies="$copies $!"
  done
  set --
  for part in "$from"/*; do
    case $part in "$from/base" | "$from/pg_wal") ;; *) set -- "$@" "$part" ;; esac
  done
  $copy "$@" "$to"
  for each in $copies; do
    wait "$each"
  done
}

# copy_origin FROM TO: makes a cluster of its own of an origin.
copy_origin() {
  copy_cluster "$1" "$2"
  own_identity "$2" || fail 1 "the copy of a cluster cannot be given an identity of its own"
}
