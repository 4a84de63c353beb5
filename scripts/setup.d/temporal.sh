# Temporal's CLI, which has the development server in it. From PATH, or once for ever in the user's cache.

. scripts/setup.d/go.sh

temporal_version=1.5.1

# From the checksums published with the release.
temporal_sha256() {
  case $1 in
    amd64) echo ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d ;;
    arm64) echo bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5 ;;
  esac
}

ensure_temporal() {
  if command -v temporal >/dev/null; then
    found "Temporal ($(command -v temporal))"
  elif [ -x "$cache/bin/temporal" ]; then
    found "Temporal ($cache/bin/temporal)"
  else
    mkdir -p "$cache/bin"
    download_temporal || build_temporal
  fi
}

download_temporal() {
  case $(uname -m) in
    x86_64) arch=amd64 ;;
    aarch64) arch=arm64 ;;
    *) return 1 ;;
  esac
  archive=temporal_cli_${temporal_version}_linux_$arch.tar.gz
  draft=$cache/temporal.$$
  rm -rf "$draft"
  mkdir "$draft"
  printf '  install  Temporal %s: download of the official release\n' "$temporal_version"
  for url in "https://github.com/temporalio/cli/releases/download/v$temporal_version/$archive" \
    "https://temporal.download/assets/temporalio/cli/releases/download/v$temporal_version/$archive"; do
    fetch "$url" "$draft/$archive" 2>"$log" || continue
    if ! echo "$(temporal_sha256 $arch)  $draft/$archive" | sha256sum --check --status; then
      printf '           %s is not what was published (SHA-256); not used\n' "$url" >&2
      continue
    fi
    tar -xzf "$draft/$archive" -C "$draft" temporal
    mv "$draft/temporal" "$cache/bin/temporal"
    rm -rf "$draft"
    return 0
  done
  rm -rf "$draft"
  printf '           not to be had: %s\n' "$(tail -n 1 "$log")"
  return 1
}

# Gives up soon where nobody answers, and on a line that has stalled.
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
  advice="put Temporal's CLI on PATH: https://docs.temporal.io/cli"
  go_architecture >/dev/null || go_program >/dev/null ||
    fail "Temporal can neither be downloaded nor built (no Go here)" "$advice"
  ensure_go
  # Moved at the end, so that an interrupted build leaves nothing that looks like a program.
  step "Temporal $temporal_version: go install, some minutes" "$advice" \
    env GOBIN="$cache/build" GOFLAGS=-buildvcs=false "$go" install \
    "github.com/temporalio/cli/cmd/temporal@v$temporal_version"
  mv "$cache/build/temporal" "$cache/bin/temporal"
}
