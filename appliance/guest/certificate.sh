# Who the server is to its clients: a key and a certificate, which Cornac makes.
# shellcheck shell=sh disable=SC2154
CERTIFICATE=$CORNAC_DATA/server.pem

# settings: prints stdin up to the line that a certificate follows.
settings() {
  while IFS= read -r line && [ "$line" != -- ]; do
    printf '%s\n' "$line"
  done
}

# number TEXT: whether it is one, and no longer than a shell can count.
number() {
  case $1 in '' | *[!0-9]* | ????????????????*) return 1 ;; esac
}

# take_certificate: on stdin a line `ID UNTIL RENEW-UNTIL`, then PEM; nothing where there is none. One with the same ID
# that is there stays while it ends after RENEW-UNTIL. Key and certificate are one file, so none is ever with another's.
take_certificate() {
  IFS=' ' read -r id until renew_until || return 0
  number "$until" && number "$renew_until" || fail "$REFUSED" "not a certificate"
  if [ -f "$CERTIFICATE" ] && [ -f "$PGDATA/conf.d/cornac-tls.conf" ]; then
    IFS=' ' read -r present_id present_until <"$CERTIFICATE" || :
    if [ "$present_id" = "$id" ] && number "$present_until" && [ "$present_until" -gt "$renew_until" ]; then
      return
    fi
  fi
  # PEM may have other lines before it, which nobody reads but this.
  {
    echo "$id $until"
    cat
  } >"$CERTIFICATE.new"
  cat >"$PGDATA/conf.d/cornac-tls.conf.new" <<CONF
ssl = on
ssl_cert_file = '$CERTIFICATE'
ssl_key_file = '$CERTIFICATE'
CONF
  # PostgreSQL does not start without the file that its settings name.
  [ ! -e "$PGDATA/postmaster.opts" ] || sync "$CERTIFICATE.new" "$PGDATA/conf.d/cornac-tls.conf.new"
  mv "$CERTIFICATE.new" "$CERTIFICATE"
  mv "$PGDATA/conf.d/cornac-tls.conf.new" "$PGDATA/conf.d/cornac-tls.conf"
}
