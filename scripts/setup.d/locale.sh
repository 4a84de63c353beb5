# The locale of RDS's databases. Without it new machines of the provider `local` get C.UTF-8, which sorts by code point.

locale_gen=/etc/locale.gen

has_locale() { locale -a 2>/dev/null | grep -qix 'en_US\.utf-\?8'; }

# make_locale AS-ROOT…: makes the locale so that later upgrades of Debian's packages make it again.
make_locale() {
  "$@" sh -c '
    set -e
    if ! command -v locale-gen >/dev/null; then
      apt-get -o DPkg::Lock::Timeout=300 update
      env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends locales
    fi
    grep -qx "en_US.UTF-8 UTF-8" "$1" || echo "en_US.UTF-8 UTF-8" >>"$1"
    locale-gen' sh "$locale_gen"
}

# Set-up goes on without the locale, because an instance works with another one.
ensure_locale() {
  if ! has_locale && command -v apt-get >/dev/null; then
    if [ "$(id -u)" = 0 ]; then
      make_locale env >"$log" 2>&1 || :
    elif sudo -n true 2>/dev/null; then
      make_locale sudo -n >"$log" 2>&1 || :
    fi
  fi
  if has_locale; then
    found 'locale en_US.UTF-8'
  else
    printf '  without  locale en_US.UTF-8, the locale of RDS: new local instances sort by code point\n'
    printf '           as root: apt-get install locales, put "en_US.UTF-8 UTF-8" into /etc/locale.gen, run locale-gen\n'
  fi
}
