# The room for data and for the write-ahead log, where they have file systems of their own: what others share says nothing
# of this machine.
# shellcheck shell=sh disable=SC2034,SC2154

# A server that starts writes first, if only its process id, so on a full volume none starts. This file of some MiB goes, half
# of it each time, when the volume is full, and is made again when there is room. Blocks that a file system reserves would not do:
# those for root the server may not use, those for its user it would have used up, and XFS has none.
RESERVE=$CORNAC_DATA/.reserve
# KiB. With less a volume is full.
FULL=4096
# KiB. The reserve is a hundredth of the volume, within limits. Where the write-ahead log is in it, too, recovery takes more.
LEAST=32768
MOST=65536
[ -n "${CORNAC_WAL:-}" ] || LEAST=$MOST

own_volume=
# Asked once a verb: nothing is mounted meanwhile.
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

# Sets size, avail, present and want, in KiB; fails where the data has no file system of its own.
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

# Gives half of the reserve where the volume is full.
use_reserve() {
  measure_room || return 0
  [ "$avail" -lt "$FULL" ] || return 0
  [ "$present" -gt 0 ] || return 0
  if [ "$present" -gt 16384 ]; then
    as_user truncate -s "$((present / 2))K" "$RESERVE"
  else
    as_user rm -f "$RESERVE"
  fi
  # A journal may free the blocks only when it is written.
  as_user sync -f "$CORNAC_DATA"
}

# Makes the reserve where it is not whole and there is plenty of room.
keep_reserve() {
  measure_room || return 0
  [ "$present" -lt "$want" ] || return 0
  [ "$avail" -gt $((want * 3)) ] || return 0
  as_user fallocate -l "${want}KiB" "$RESERVE" 2>/dev/null || as_user rm -f "$RESERVE"
}

# Prints `room SIZE FREE`, KiB; free is what is left when the reserve is whole. For the write-ahead log `wal SIZE FREE`:
# max_wal_size keeps it from its end most of the time, but not while checkpoints are slow, or a replication slot holds it.
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
