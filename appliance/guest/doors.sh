# Who may log in to a cluster: which of the files pg_hba*.conf is the cluster's pg_hba.conf.
# shellcheck shell=sh disable=SC2154

# doors_of SETTINGS: prints the name of the file for clients, as the file SETTINGS of Cornac's settings wants it. With
# rds.force_ssl a client has to use TLS.
doors_of() {
  if grep -qxs "rds.force_ssl = '1'" "$1"; then echo pg_hba.ssl.conf; else echo pg_hba.conf; fi
}
