# Programs from Debian's archive.

. scripts/setup.d/services.sh

# initdb and the other programs of the server are not on PATH.
postgresql_server() { ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1; }

sshd_program() { PATH=$PATH:/usr/sbin:/usr/local/sbin command -v sshd; }

pgbouncer_program() { PATH=$PATH:/usr/sbin:/usr/local/sbin command -v pgbouncer; }

missing_debian_packages() {
  [ -n "$(postgresql_server)" ] || printf 'postgresql '
  command -v psql >/dev/null || printf 'postgresql-client '
  sshd_program >/dev/null || printf 'openssh-server '
  command -v ssh-keygen >/dev/null || printf 'openssh-client '
  command -v aws >/dev/null || printf 'awscli '
  command -v pgbackrest >/dev/null || printf 'pgbackrest '
  [ -z "${want_test:-}" ] || missing_test_packages
  [ -z "${want_clients:-}" ] || missing_client_packages
}

missing_test_packages() {
  missing_python_packages
  command -v isoinfo >/dev/null || printf 'genisoimage '
  pgbouncer_program >/dev/null || printf 'pgbouncer '
  command -v systemd-analyze >/dev/null || printf 'systemd '
}

ensure_debian_packages() {
  missing=$(missing_debian_packages)
  if [ -n "$missing" ]; then install_debian_packages "$missing"; fi
  missing=$(missing_debian_packages)
  [ -z "$missing" ] || fail "still missing after the installation: $missing" 'install them by hand'

  server=$(postgresql_server)
  found "PostgreSQL $(basename "${server%/bin/initdb}"), sshd, ssh-keygen, psql, pgbackrest, aws ($(command -v aws))"
}

install_debian_packages() {
  packages=${1% }
  install="apt-get install -y --no-install-recommends $packages"
  # Debian installs sudo only where root was given no password.
  if command -v sudo >/dev/null; then
    by_hand="sudo apt-get update && sudo $install"
  else
    by_hand="su - -c 'apt-get update && $install'"
  fi
  command -v apt-get >/dev/null ||
    fail "missing: $packages" "there is no apt-get here; install what your system calls these Debian packages"
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif sudo -n true 2>/dev/null; then
    as_root='sudo -n'
  else
    fail "missing: $packages, and neither root nor a sudo that asks no password is here" "run: $by_hand"
  fi

  step "the index of Debian packages" "run: $by_hand" $as_root apt-get -o DPkg::Lock::Timeout=300 update
  hold_services_back
  step "Debian packages: $packages" "run: $by_hand" $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $packages
  let_services_go
}
