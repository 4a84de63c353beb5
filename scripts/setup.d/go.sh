# Go builds Temporal's Web UI, vSphere's simulator for the tests, and Temporal's server where its release
# cannot be downloaded. Go comes from PATH, or is downloaded once into the user's cache, because Debian's
# version is too old.

go_version=1.26.8

# SHA-256 of the archive that Go's module proxy serves for `toolchain` lines in go.mod.
go_sha256() {
  case $1 in
    amd64) echo 30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7 ;;
    arm64) echo 02b36b6787b3ac767668f630e2998df45a3b1f9ffee08d1bf3ef6487cd658d99 ;;
  esac
}

# The path of Go's own installer.
go_system=/usr/local/go/bin/go

go_architecture() {
  case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) return 1 ;;
  esac
}

# The first Go that is new enough for every go.mod below tools: 1.26.5 or newer. An older Go would download a
# newer one by itself, but not where its GOTOOLCHAIN is `local`.
go_program() {
  for program in go "$go_system" "$cache/go/bin/go"; do
    case $("$program" env GOVERSION 2>/dev/null) in
      go1.26.[5-9]* | go1.26.[1-4][0-9]* | go1.2[7-9]* | go1.[3-9][0-9]*) command -v "$program" && return ;;
    esac
  done
  return 1
}

ensure_go() {
  if go=$(go_program); then
    found "Go ($go)"
  else
    step "Go $go_version from Go's module proxy" 'look whether https://proxy.golang.org can be reached, or install Go' \
      download_go
    go=$cache/go/bin/go
  fi
}

# An interrupted download leaves only a draft, which the next download removes.
download_go() {
  toolchain=golang.org/toolchain@v0.0.1-go$go_version.linux-$(go_architecture)
  draft=$cache/go.draft
  rm -rf "$draft" "$cache/go"
  mkdir -p "$draft" || return
  fetch "https://proxy.golang.org/golang.org/toolchain/@v/${toolchain#*@}.zip" "$draft/go.zip" || return
  echo "$(go_sha256 "$(go_architecture)")  $draft/go.zip" | sha256sum --check || return
  python3 -m zipfile -e "$draft/go.zip" "$draft" || return
  # A zip file from the proxy carries no usable file modes.
  chmod +x "$draft/$toolchain"/bin/* "$draft/$toolchain"/pkg/tool/*/* || return
  mv "$draft/$toolchain" "$cache/go" && rm -rf "$draft"
}
