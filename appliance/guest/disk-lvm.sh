# A machine with a data disk: a volume group on all of it, with one volume for data and one for the write-ahead log, so
# that neither can fill the other's. No partition: a bare disk grows with one command and no table to rewrite.
# Every step looks whether it is done, so a run that was cut short at any line is finished by the next one.
# shellcheck shell=sh disable=SC2034,SC2154
DISK_USER=root
group=cornac
unformatted=cornac-unformatted
# The lock's descriptor is open in all that runs under it.
export LVM_SUPPRESS_FD_WARNINGS=1

# Root's alone: whoever may write to /run/lock could hold a lock there for ever.
lock_disk() {
  mkdir -p -m 700 /run/cornac
  exec 9>/run/cornac/disk
  flock 9
}

prepare_disk() {
  lock_disk
  if ! vgs "$group" >/dev/null 2>&1; then
    disk=$(find_disk)
    # pvcreate prompts before it wipes a signature; with stdin at /dev/null it refuses.
    pvs "$disk" >/dev/null 2>&1 || pvcreate -q "$disk" </dev/null >&2
    vgcreate -q "$group" "$disk" >&2
  fi
  ensure_volume wal "$(wal_mib)m"
  ensure_volume data 100%FREE
  mount_volume wal "$CORNAC_WAL"
  mount_volume data "$CORNAC_DATA"
  # Both are mounted in a directory of root's. The log is inside one of them, so its user makes it.
  chown "$CORNAC_USER:" "$CORNAC_DATA" "$CORNAC_WAL"
  chmod 700 "$CORNAC_DATA" "$CORNAC_WAL"
  as_user mkdir -p -m 700 "$CORNAC_LOG"
  install -d -o "$CORNAC_USER" -m 2775 "$CORNAC_RUN"
}

# grow_disk [GIB]
grow_disk() {
  lock_disk
  disk=$(readlink -f "$(pvs --noheadings -o pv_name -S vg_name="$group" | tr -d ' ')")
  # A SCSI disk, as VMware has them, keeps its old size for Linux until it is looked at again.
  rescan=/sys/class/block/${disk##*/}/device/rescan
  [ ! -e "$rescan" ] || echo 1 >"$rescan"
  [ $# = 0 ] || [ "$(blockdev --getsize64 "$disk")" -ge $(($1 << 30)) ] ||
    fail 74 "$disk has not grown to $1 GiB for this machine"
  pvresize -q "$disk" >&2
  wal=$(lv_mib wal)
  want=$(wal_mib)
  [ "$want" -le "$wal" ] || lvextend -q -L "${want}m" "$group/wal" >&2
  [ "$(vgs --noheadings -o vg_free_count "$group" | tr -d ' ')" = 0 ] || lvextend -q -l +100%FREE "$group/data" >&2
  # Done again although the volume has grown already: the file system may be what a crash left out.
  grow_filesystem wal "$CORNAC_WAL"
  grow_filesystem data "$CORNAC_DATA"
}

# Prints the device of the data disk: the first that one of the patterns of guest.conf finds.
find_disk() {
  for pattern in $CORNAC_DISKS; do
    for disk in $pattern; do
      [ ! -b "$disk" ] || { readlink -f "$disk"; return; }
    done
  done
  fail "$AGAIN" "there is no data disk (yet): $CORNAC_DISKS"
}

# A fifth of the disk, at least 512 MiB, at most 64 GiB, in whole extents of 4 MiB.
wal_mib() {
  size=$(vgs --noheadings --nosuffix --units m -o vg_size "$group" | tr -d ' ')
  size=$((${size%%[.,]*} / 5 / 4 * 4))
  [ "$size" -ge 512 ] || size=512
  [ "$size" -le 65536 ] || size=65536
  echo "$size"
}

lv_mib() {
  size=$(lvs --noheadings --nosuffix --units m -o lv_size "$group/$1" | tr -d ' ')
  echo "${size%%[.,]*}"
}

# ensure_volume NAME SIZE: a volume bears a tag from the moment it is there until it has a file system. One without the
# tag is never formatted, whatever can or cannot be read on it.
ensure_volume() {
  lvs "$group/$1" >/dev/null 2>&1 || case $2 in
  *%*) lvcreate -q --yes -W n --addtag "$unformatted" -l "$2" -n "$1" "$group" >&2 ;;
  *) lvcreate -q --yes -W n --addtag "$unformatted" -L "$2" -n "$1" "$group" >&2 ;;
  esac
  device=/dev/$group/$1
  udevadm settle --exit-if-exists="$device" --timeout=30 || :
  tags=$(lvs --noheadings -o lv_tags "$group/$1")
  case $tags in
  *"$unformatted"*)
    make_filesystem "$device" "$1"
    lvchange -q --deltag "$unformatted" "$group/$1" >&2
    ;;
  esac
}

make_filesystem() {
  case $CORNAC_FILESYSTEM in
  # Where this was cut short, -f writes over what there is.
  xfs) mkfs.xfs -q -f -L "cornac-$2" "$1" >&2 ;;
  # The inode tables are zeroed later, in the background.
  *) mkfs.ext4 -q -L "cornac-$2" -m 0 -E lazy_itable_init=1,lazy_journal_init=1 "$1" >&2 ;;
  esac
}

# mount_volume NAME DIRECTORY: now and at every boot. A machine whose data disk is broken boots, so that it can be seen
# to, but PostgreSQL's unit does not start without it.
mount_volume() {
  mkdir -p "$2"
  grep -qs " $2 " /etc/fstab ||
    echo "/dev/$group/$1 $2 $CORNAC_FILESYSTEM noatime,nofail,x-systemd.device-timeout=60 0 2" >>/etc/fstab
  # A machine that lost this line in a power cut would come back without its data.
  sync /etc/fstab /etc
  if ! mountpoint -q "$2"; then
    systemctl daemon-reload
    mount "$2"
  fi
}

# grow_filesystem NAME DIRECTORY
grow_filesystem() {
  case $CORNAC_FILESYSTEM in
  xfs) xfs_growfs "$2" >/dev/null ;;
  *) resize2fs "/dev/$group/$1" >&2 ;;
  esac
}
