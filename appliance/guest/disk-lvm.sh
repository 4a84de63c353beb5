# A machine with a data disk: a volume group on the whole disk, with one volume for data and one for the write-ahead
# log, so that neither can fill the other's. The disk has no partition, because a bare disk grows with one command and
# without a new partition table.
# Each step checks whether it is done, so that the next run completes a run that ended at any line.
# shellcheck shell=sh disable=SC2034,SC2154
DISK_USER=root
group=cornac
unformatted=cornac-unformatted
# Every program that runs under the lock inherits its descriptor.
export LVM_SUPPRESS_FD_WARNINGS=1

# In a directory of root's, because any user who may write to /run/lock could hold a lock there for ever.
lock_disk() {
  mkdir -p -m 700 /run/cornac
  exec 9>/run/cornac/disk
  flock 9
}

# Each LVM command takes long on a machine without hardware virtualisation, so that one of them looks at everything.
prepare_disk() {
  lock_disk
  if ! look; then
    disk=$(find_disk)
    # Also makes the physical volume. It prompts before it wipes a signature; with stdin at /dev/null it refuses.
    vgcreate -q "$group" "$disk" </dev/null >&2
    seen=
  fi
  made=
  ensure_volume wal
  ensure_volume data
  # shellcheck disable=SC2086 # words
  [ -z "$made" ] || lvchange -q --deltag "$unformatted" $made >&2
  name_mount wal "$CORNAC_WAL"
  name_mount data "$CORNAC_DATA"
  # A machine that lost these lines in a power cut would boot without its data.
  sync /etc/fstab /etc
  mount_volume wal "$CORNAC_WAL"
  mount_volume data "$CORNAC_DATA"
  # Both are mounted in a directory of root's. The log is inside one of them, so that PostgreSQL's user makes it.
  chown "$CORNAC_USER:" "$CORNAC_DATA" "$CORNAC_WAL"
  chmod 700 "$CORNAC_DATA" "$CORNAC_WAL"
  as_user mkdir -p -m 700 "$CORNAC_LOG"
  install -d -o "$CORNAC_USER" -m 2775 "$CORNAC_RUN"
}

# look: sets seen, with a line `NAME TAGS` for each volume. Fails where the group does not exist.
look() {
  seen=$(vgs --noheadings -o lv_name,lv_tags "$group" 2>/dev/null)
}

# grow_disk [GIB]
grow_disk() {
  lock_disk
  disk=$(readlink -f "$(pvs --noheadings -o pv_name -S vg_name="$group" | tr -d ' ')")
  # Linux sees the old size of a SCSI disk, as VMware has, until a rescan.
  rescan=/sys/class/block/${disk##*/}/device/rescan
  [ ! -e "$rescan" ] || echo 1 >"$rescan"
  [ $# = 0 ] || [ "$(blockdev --getsize64 "$disk")" -ge $(($1 << 30)) ] ||
    fail 74 "$disk has not grown to $1 GiB for this machine"
  pvresize -q "$disk" >&2
  wal=$(lv_mib wal)
  want=$(wal_mib)
  [ "$want" -le "$wal" ] || lvextend -q -L "${want}m" "$group/wal" >&2
  [ "$(vgs --noheadings -o vg_free_count "$group" | tr -d ' ')" = 0 ] || lvextend -q -l +100%FREE "$group/data" >&2
  # Also where the volume has its size already, because a crash may have come before the file system grew.
  grow_filesystem wal "$CORNAC_WAL"
  grow_filesystem data "$CORNAC_DATA"
}

# Prints the device of the data disk: the first block device that matches a pattern of guest.conf.
find_disk() {
  for pattern in $CORNAC_DISKS; do
    for disk in $pattern; do
      [ ! -b "$disk" ] || { readlink -f "$disk"; return; }
    done
  done
  fail "$AGAIN" "there is no data disk (yet): $CORNAC_DISKS"
}

# Prints the size of the write-ahead log's volume: a fifth of the disk, from 512 MiB to 64 GiB, in extents of 4 MiB.
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

# ensure_volume NAME: makes a volume with a file system, and adds it to `made`. A volume has a tag from its creation until
# it has a file system. A volume without the tag is never formatted, whatever can or cannot be read on it.
ensure_volume() {
  device=/dev/$group/$1
  case $(printf '%s\n' "$seen" | awk -v name="$1" '$1 == name { print "tags," $2 "," }') in
  *,"$unformatted",*) ;;
  tags*) return ;;
  *) create_volume "$1" ;;
  esac
  [ -b "$device" ] || udevadm settle --exit-if-exists="$device" --timeout=30 || :
  make_filesystem "$device" "$1"
  made="$made $group/$1"
}

create_volume() {
  case $1 in
  wal) set -- "$1" -L "$(wal_mib)m" ;;
  *) set -- "$1" -l 100%FREE ;;
  esac
  lvcreate -q --yes -W n --addtag "$unformatted" -n "$@" "$group" >&2
}

make_filesystem() {
  case $CORNAC_FILESYSTEM in
  # -f overwrites the remains of a run that did not end.
  xfs) mkfs.xfs -q -f -L "cornac-$2" "$1" >&2 ;;
  # The inode tables are zeroed later, in the background.
  *) mkfs.ext4 -q -L "cornac-$2" -m 0 -E lazy_itable_init=1,lazy_journal_init=1 "$1" >&2 ;;
  esac
}

# name_mount NAME DIRECTORY: has it mounted at every boot. A machine with a broken data disk boots, so that it can be
# repaired, but PostgreSQL's unit does not start without the mount.
name_mount() {
  mkdir -p "$2"
  grep -qs " $2 " /etc/fstab ||
    echo "/dev/$group/$1 $2 $CORNAC_FILESYSTEM noatime,nofail,x-systemd.device-timeout=60 0 2" >>/etc/fstab
}

# mount_volume NAME DIRECTORY: without a daemon-reload, which takes seconds on a slow machine. Systemd sees what is mounted,
# and stops PostgreSQL's unit before it unmounts that. It reads /etc/fstab at the next boot.
mount_volume() {
  ! mountpoint -q "$2" || return 0
  # Where the events of the disk's devices were lost, nothing has activated the volumes.
  [ -b "/dev/$group/$1" ] || vgchange -q -ay "$group" >&2
  mount "$2"
  # With nofail, mount also succeeds where the device is missing. A cluster would then be made on the system disk.
  mountpoint -q "$2" || fail "$AGAIN" "the data disk is not mounted yet"
}

# mount_disk: mounts the volumes of a prepared disk where the boot has not done that yet, or has given up. They do not
# hold up the boot, so that sshd may answer before they are mounted, and systemd waits for a device for a minute only.
mount_disk() {
  for directory in "$CORNAC_WAL" "$CORNAC_DATA"; do
    grep -qs " $directory " /etc/fstab || continue
    ! mountpoint -q "$directory" || continue
    # Where the events of the disk's devices were lost, nothing has activated the volumes.
    vgchange -q -ay "$group" >/dev/null 2>&1 || :
    timeout 20 mount "$directory" 2>/dev/null || :
    # With nofail, mount also succeeds where the device is missing.
    mountpoint -q "$directory" || fail "$AGAIN" "the data disk is not mounted yet"
  done
}

# grow_filesystem NAME DIRECTORY
grow_filesystem() {
  case $CORNAC_FILESYSTEM in
  xfs) xfs_growfs "$2" >/dev/null ;;
  *) resize2fs "/dev/$group/$1" >&2 ;;
  esac
}
