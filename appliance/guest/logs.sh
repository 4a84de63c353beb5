# The log of the server. PostgreSQL's collector writes files with the names of RDS and begins one each hour. A user of
# a database decides how much it writes, so that the files have bounds: `limit_log` for each file, `bound_logs` for all.
# shellcheck shell=sh disable=SC2154
LOGS=$CORNAC_LOG/error
# KiB. What the logs of a machine without a volume of its own may take. guest.conf may set CORNAC_LOGS.
SHARED_LOGS=${CORNAC_LOGS:-262144}

# find_logs FORMAT: prints FORMAT of `find` for each log. No link, pipe or directory counts.
find_logs() {
  find "$LOGS" -maxdepth 1 -type f -regextype posix-extended \
    -regex '.*/postgresql\.log\.[0-9-]+(\.csv|\.json)?' -printf "$1\n" 2>/dev/null
}

# log_settings: prints the settings of the log that a parameter group may change.
log_settings() {
  cat <<'CONF'
log_destination = 'stderr'
log_filename = 'postgresql.log.%Y-%m-%d-%H'
log_line_prefix = '%t:%r:%u@%d:[%p]:'
log_rotation_age = 60
log_rotation_size = 0
log_timezone = 'UTC'
CONF
}

# collector_settings: prints those that it may not change, because the bounds and `logs` depend on them.
collector_settings() {
  cat <<CONF
logging_collector = on
log_directory = '$LOGS'
log_file_mode = 0600
log_truncate_on_rotation = off
CONF
}

# retention_minutes: prints how long a log is kept: rds.log_retention_period, or its default on RDS.
retention_minutes() {
  found=$(sed -n "s/^rds\.log_retention_period = '\([0-9]\{1,6\}\)'\$/\1/p" "$PGDATA/conf.d/cornac.conf" 2>/dev/null | tail -n 1)
  echo "${found:-4320}"
}

# measure_logs: sets most_logs and most_log, in KiB: what all logs may take, and what one may. A volume of the machine's
# own gives a tenth, from 128 MiB to 10 GiB.
measure_logs() {
  most_logs=$SHARED_LOGS
  if [ "$(stat -c %d "$CORNAC_LOG")" != "$(stat -c %d "$ROOT/")" ]; then
    most_logs=$(stat -f -c '%S %b' "$CORNAC_LOG" | awk '{ print int($1 * $2 / 10240) }')
    [ "$most_logs" -ge 131072 ] || most_logs=131072
    [ "$most_logs" -le 10485760 ] || most_logs=10485760
  fi
  most_log=$((most_logs / 4))
}

# keep_logs: keeps all bounds. Also that of `start`, because a machine may have booted since, or the collector may have
# been started again.
keep_logs() {
  [ -d "$CORNAC_LOG" ] || return 0
  measure_logs
  if pid=$(server_pid); then limit_log "$pid"; fi
  bound_logs
}

# limit_log PID: keeps the log of the server PID within most_log. The kernel enforces this: a write of the collector
# beyond it fails, and the collector drops what it cannot write. No other process of the server has this limit.
limit_log() {
  for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
    title=
    IFS= read -r title <"/proc/$child/cmdline" || :
    # Exactly, because a user may be called "logger" and begins a title of another process.
    case $title in 'postgres: logger' | 'postgres: logger ') ;; *) continue ;; esac
    prlimit --pid "$child" --fsize="$((most_log * 1024)):" || :
    return
  done 2>/dev/null
}

# bound_logs: removes logs that are older than the retention, then the oldest while all take more than most_logs. Of a
# log that is nearly full it removes the older half, because the collector would drop all of the next lines. A log
# that the collector writes is never removed: it would take its space until the next one begins.
bound_logs() {
  now=$(date +%s)
  oldest=$((now - $(retention_minutes) * 60))
  find_logs '%T@ %k %f' | sort -rn |
    awk -v oldest="$oldest" -v most="$most_logs" -v full=$((most_log * 3 / 4)) \
      -v current=" $(sed 's|.*/||' "$PGDATA/current_logfiles" 2>/dev/null | tr '\n' ' ')" '
      { total += $2 }
      index(current, " " $3 " ") { if ($2 > full) { print "cut", $3; total -= $2 / 2 } next }
      $1 < oldest || total > most { print "remove", $3 }' |
    while read -r what name; do
      case $what in
      remove) rm -f "$LOGS/$name" ;;
      cut) cut_log "$LOGS/$name" ;;
      esac
    done
  # Only the collector writes there after the start, and only that it cannot write its log.
  [ "$(stat -c %b "$CORNAC_LOG/start.log" 2>/dev/null || echo 0)" -le 2048 ] || : >"$CORNAC_LOG/start.log"
}

# cut_log FILE: removes the older half in place, because the collector goes on at the end of the same file. A file
# system without that operation loses the whole content.
cut_log() {
  half=$(($(stat -c %s "$1") / 8192 * 4096))
  fallocate --collapse-range --offset 0 --length "$half" "$1" 2>/dev/null || : >"$1"
}

# tell_end OUTPUT: prints why a server ended: its OUTPUT, and the end of its log where it has begun one. The collector's
# first line names the directory.
tell_end() {
  printf '%s\n' "$1"
  case $1 in *"$LOGS"*) ;; *) return 0 ;; esac
  newest=$(as_user find "$LOGS" -maxdepth 1 -type f -name 'postgresql.log.*' -printf '%T@ %f\n' | sort -rn | head -n 1)
  [ -z "$newest" ] || as_user tail -n 20 "$LOGS/${newest#* }" || :
}
