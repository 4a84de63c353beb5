# The room for data and for the write-ahead log, where they have file systems of their own. A shared file system is
# ignored, because its room is not this machine's.
# shellcheck shell=sh disable=SC2034,SC2154

# A server writes at its start, at least its process id, so that it does not start on a full volume. When the
# volume is full, half of this file of some MiB is freed each time. The file is made again when the volume has room.
# Blocks that a file system reserves are no substitute: the server may not use those of root, it would have used
# up those of its own user, and XFS has none.
RESERVE=$CORNAC_DATA/.reserve
# KiB. A volume with less free space counts as full.
FULL=4096
# KiB. The reserve is a hundredth of the volume, within these limits. It is larger where the volume also holds the
# write-ahead log, because a recovery then needs more.
LEAST=32768
MOST=65536
[ -n "${CORNAC_WAL:-}" ] || LEAST=$MOST

own_volume=
# Looked up once in a verb, because nothing is mounted meanwhile.
has_own_volume() {
  [ -n "$own_volume" ] || {
    {
      read -r of_data || :
      read -r of_root || :
    } <<STAT
$(stat -c %d "$CORNAC_DATA" "$ROOT/")
STAT
    if [ "$of_data" = "$of_root" ]; then own_volume=no; else own_volume=yes; fi
  }
  [ "$own_volume" = yes ]
}

# Sets size, avail, present and want, in KiB. Fails where the data has no file system of its own.
measure_room() {
  has_own_volume || return 1
  read -r block blocks avail <<STAT
$(stat -f -c '%S %b %a' "$CORNAC_DATA")
STAT
  size=$((block * blocks / 1024))
  avail=$((block * avail / 1024))
  want=$((size / 100))
  [ "$want" -ge "$LEAST" ] || want=$LEAST
  [ "$want" -le "$MOST" ] || want=$MOST
  present=$(stat -c %b "$RESERVE" 2>/dev/null || echo 0)
  present=$((present / 2))
}

# Frees half of the reserve where the volume is full.
use_reserve() {
  measure_room || return 0
  [ "$avail" -lt "$FULL" ] || return 0
  [ "$present" -gt 0 ] || return 0
  if [ "$present" -gt 16384 ]; then
    as_user truncate -s "$((present / 2))K" "$RESERVE"
  else
    as_user rm -f "$RESERVE"
  fi
  # A file system may free the blocks only when its journal is written.
  as_user sync -f "$CORNAC_DATA"
}

# Makes the reserve where it is not complete and the volume has plenty of room.
keep_reserve() {
  measure_room || return 0
  [ "$present" -lt "$want" ] || return 0
  [ "$avail" -gt $((want * 3)) ] || return 0
  as_user fallocate -l "${want}KiB" "$RESERVE" 2>/dev/null || as_user rm -f "$RESERVE"
}

# Prints `room SIZE FREE` in KiB. FREE is what is left beside a complete reserve. Prints `wal SIZE FREE` for the
# write-ahead log. max_wal_size keeps it from filling its volume, but not while checkpoints are slow, or a replication
# slot holds the log.
tell_room() {
  measure_room || return 0
  free=$((avail + present - want))
  [ "$free" -ge 0 ] || free=0
  echo "room $size $free"
  ! wal_has_own_volume || stat -f -c '%S %b %a' "$CORNAC_WAL" | while read -r block blocks avail; do
    echo "wal $((block * blocks / 1024)) $((block * avail / 1024))"
  done
}

wal_has_own_volume() {
  [ -n "${CORNAC_WAL:-}" ] || return 1
  stat -c %d "$CORNAC_WAL" "$CORNAC_DATA" "$ROOT/" | {
    read -r of_wal
    while read -r other; do
      [ "$other" != "$of_wal" ] || return 1
    done
  }
}
