# A machine whose disk is a directory of its host.
# shellcheck shell=sh disable=SC2034
DISK_USER=$CORNAC_USER

prepare_disk() {
  mkdir -p "$CORNAC_DATA" "$CORNAC_RUN" "$CORNAC_LOG"
}

grow_disk() { :; }

mount_disk() { :; }
