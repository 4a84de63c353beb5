# The identity of the server for its clients: a key and a certificate, which Cornac makes.
# shellcheck shell=sh disable=SC2154
CERTIFICATE=$CORNAC_DATA/server.pem
TLS_CONF=$PGDATA/conf.d/cornac-tls.conf

# settings: prints stdin up to the line `--`, which a certificate may follow. Fails without that line, because settings
# without their end would replace the whole ones. A verb that begins on a lost connection gets an empty stdin.
settings() {
  while IFS= read -r line; do
    [ "$line" != -- ] || return 0
    printf '%s\n' "$line"
  done
  fail 1 "the settings have no end: a line -- is expected after them"
}

# number TEXT: succeeds where TEXT is a number that a shell can compare.
number() {
  case $1 in '' | *[!0-9]* | ????????????????*) return 1 ;; esac
}

# take_certificate: takes a line `ID UNTIL RENEW-UNTIL` and PEM from stdin, or nothing. An existing certificate with
# the same ID stays if it ends after RENEW-UNTIL. Key and certificate are one file, so that they always match. Prints
# `certificate ID UNTIL` of the certificate that the server has then, unless it cannot be written.
take_certificate() {
  IFS=' ' read -r id until renew_until || return 0
  number "$until" && number "$renew_until" || fail "$REFUSED" "not a certificate"
  if [ -f "$CERTIFICATE" ] && [ -f "$TLS_CONF" ]; then
    IFS=' ' read -r present_id present_until <"$CERTIFICATE" || :
    if [ "$present_id" = "$id" ] && number "$present_until" && [ "$present_until" -gt "$renew_until" ]; then
      echo "certificate $id $present_until"
      return
    fi
  fi
  use_reserve
  if keep_certificate "$id $until"; then
    echo "certificate $id $until"
  else
    # A full disk must not prevent the start of a server. It goes on with the certificate that it has.
    rm -f "$CERTIFICATE.new" "$TLS_CONF.new" || :
    echo "${0##*/}: the certificate cannot be written" >&2
  fi
}

# keep_certificate LINE: writes LINE and the PEM from stdin. PEM may have other lines before it, and only
# take_certificate reads LINE. The file is on the disk before the settings that name it, because PostgreSQL does not
# start without it.
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
