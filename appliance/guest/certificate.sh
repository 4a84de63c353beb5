# Who the server is to its clients: a key and a certificate, which Cornac makes.
# shellcheck shell=sh disable=SC2154
CERTIFICATE=$CORNAC_DATA/server.pem
TLS_CONF=$PGDATA/conf.d/cornac-tls.conf

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
  if [ -f "$CERTIFICATE" ] && [ -f "$TLS_CONF" ]; then
    IFS=' ' read -r present_id present_until <"$CERTIFICATE" || :
    if [ "$present_id" = "$id" ] && number "$present_until" && [ "$present_until" -gt "$renew_until" ]; then
      return
    fi
  fi
  if ! keep_certificate "$id $until"; then
    # A full disk must not keep a server from being started. It goes on with what it has.
    rm -f "$CERTIFICATE.new" "$TLS_CONF.new" || :
    echo "${0##*/}: the certificate cannot be written" >&2
  fi
}

# keep_certificate LINE: PEM on stdin, which may have other lines before it; nobody reads LINE but this. PostgreSQL does
# not start without the file that its settings name, so that is on the disk first.
keep_certificate() {
  {
    echo "$1"
    cat
  } >"$CERTIFICATE.new" || return
  echo "ssl = on
ssl_cert_file = '$CERTIFICATE'
ssl_key_file = '$CERTIFICATE'" >"$TLS_CONF.new" || return
  if [ -e "$PGDATA/postmaster.opts" ]; then
    sync "$CERTIFICATE.new" "$TLS_CONF.new" || return
  fi
  mv "$CERTIFICATE.new" "$CERTIFICATE" && mv "$TLS_CONF.new" "$TLS_CONF"
}
