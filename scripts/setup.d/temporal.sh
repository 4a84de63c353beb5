# Temporal's server and Web UI for `cornac up` and the tests, installed once in the user's cache. The file
# name contains the version, because the server's database works only with this version. A server on PATH is
# therefore not used.

. scripts/setup.d/go.sh

# src/up/temporal-programs.ts has the same versions.
temporal_version=1.29.1
temporal_ui_version=2.54.1-2

# SHA-256 of the release's archive, from its checksums.txt. Architectures without one are built instead, and
# Go verifies its sources against sum.golang.org.
# against sum.golang.org.
temporal_sha256() {
  case $1 in
    amd64) ;;
    arm64) ;;
  esac
}

ensure_temporal() {
  mkdir -p "$cache/bin" "$cache/build"
  server=$cache/bin/temporal-server-$temporal_version
  if [ -x "$server" ]; then
    found "Temporal ($server)"
  else
    download_temporal || build_temporal
  fi
  ensure_temporal_ui
}

download_temporal() {
  arch=$(go_architecture) || return 1
  sum=$(temporal_sha256 "$arch")
  [ -n "$sum" ] || return 1
  archive=temporal_${temporal_version}_linux_$arch.tar.gz
  url=https://github.com/temporalio/temporal/releases/download/v$temporal_version/$archive
  draft=$cache/temporal.$$
  rm -rf "$draft"
  mkdir "$draft"
  printf '  install  Temporal %s: download of the official release\n' "$temporal_version"
  if ! fetch "$url" "$draft/$archive" 2>"$log"; then
    printf '           not to be had: %s\n' "$(tail -n 1 "$log")"
  elif ! echo "$sum  $draft/$archive" | sha256sum --check --status; then
    printf '           %s is not what was published (SHA-256); not used\n' "$url" >&2
  else
    tar -xzf "$draft/$archive" -C "$draft" temporal-server
    mv "$draft/temporal-server" "$server"
  fi
  rm -rf "$draft"
  [ -x "$server" ]
}

# Fails quickly where the server does not answer or the transfer has stalled.
fetch() {
  if command -v curl >/dev/null; then
    curl -fsSL --proto '=https' --connect-timeout 5 --speed-limit 1024 --speed-time 20 -o "$2" "$1"
  elif command -v wget >/dev/null; then
    wget -q --https-only --tries=1 --connect-timeout=5 --read-timeout=20 -O "$2" "$1"
  else
    node scripts/setup.d/download.mjs "$1" "$2"
  fi
}

build_temporal() {
  require_go "Temporal's server"
  # Moved at the end, so that an interrupted build leaves no incomplete program.
  step "Temporal $temporal_version: go install, some minutes" "$go_advice" \
    env GOBIN="$cache/build" GOFLAGS=-buildvcs=false "$go" install -trimpath -ldflags='-s -w' \
    "go.temporal.io/server/cmd/server@v$temporal_version"
  mv "$cache/build/server" "$server"
}

# The tool makes the tables of a Temporal on PostgreSQL, only for `npm run test:cluster`.
ensure_temporal_sql() {
  sql=$cache/bin/temporal-sql-tool-$temporal_version
  if [ -x "$sql" ]; then
    found "temporal-sql-tool ($sql)"
    return
  fi
  require_go temporal-sql-tool
  step "temporal-sql-tool $temporal_version: go install, some minutes" "$go_advice" \
    env GOBIN="$cache/build" GOFLAGS=-buildvcs=false "$go" install -trimpath -ldflags='-s -w' \
    "go.temporal.io/server/cmd/tools/sql@v$temporal_version"
  mv "$cache/build/sql" "$sql"
}

ensure_temporal_ui() {
  ui=$cache/bin/temporal-ui-$temporal_ui_version
  if [ -x "$ui" ]; then
    found "Temporal's Web UI ($ui)"
    return
  fi
  require_go "Temporal's Web UI"
  step "Temporal's Web UI: go build, half a minute" "$go_advice" \
    env GOFLAGS=-buildvcs=false "$go" -C tools/temporal-ui build -trimpath -ldflags='-s -w' -o "$cache/build/ui" .
  mv "$cache/build/ui" "$ui"
}

go_advice='look whether https://proxy.golang.org can be reached'

require_go() {
  go_architecture >/dev/null || go_program >/dev/null ||
    fail "$1 cannot be built (no Go here)" 'install Go: https://go.dev/doc/install'
  [ -n "${go:-}" ] || ensure_go
}
