# Packages of Debian with PostgreSQL's extensions, for each version of Debian's on this machine.

postgres_homes=/usr/lib/postgresql

# pgextwlist lets members of rds_superuser make extensions that need a superuser. It is small, so that set-up always
# gets it. With --extensions, also those in appliance/roles/origin/defaults/main.yml. A package that Debian lacks is left out.
missing_extension_packages() {
  for bin in "$postgres_homes"/*/bin; do
    major=$(basename "${bin%/bin}")
    [ -x "$bin/postgres" ] || continue
    [ -e "$bin/../lib/pgextwlist.so" ] || offered_package "postgresql-$major-pgextwlist"
    [ -n "${want_extensions:-}" ] || continue
    sed -n '/^extensions:/,/^$/s/^  - //p' appliance/roles/origin/defaults/main.yml | while read -r extension; do
      package=$(printf %s "$extension" | sed "s/MAJOR/$major/")
      [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || offered_package "$package"
    done
  done
}

# Prints the package where apt knows it.
offered_package() {
  [ -z "$(apt-cache --names-only search "^$1\$" 2>/dev/null)" ] || printf '%s ' "$1"
}

# Without --extensions set-up goes on where they cannot be installed, because everything else works without them.
ensure_extension_packages() {
  missing=$(missing_extension_packages | tr ' ' '\n' | sort -u | tr '\n' ' ')
  missing=${missing# }
  if [ -z "$missing" ]; then
    found "PostgreSQL's extensions"
  elif [ -n "${want_extensions:-}" ]; then
    install_debian_packages "$missing"
  elif (install_debian_packages "$missing") >/dev/null 2>&1; then
    printf '  install  Debian packages: %s\n' "${missing% }"
  else
    printf '  without  %s\n           %s\n' "${missing% }" 'instances offer only the extensions that PostgreSQL trusts'
  fi
}
