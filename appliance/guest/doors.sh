# Who may log in to a cluster: the cluster's pg_hba.conf, made from one of the files pg_hba*.conf.
# shellcheck shell=sh disable=SC2154
. "$HERE/replicas.sh"

# doors_of SETTINGS: prints pg_hba.conf for clients, as the file SETTINGS of Cornac's settings wants it. With
# rds.force_ssl a client has to use TLS. With `scram` a role whose password is stored as an MD5 hash cannot log in.
doors_of() {
  file=pg_hba.conf
  ! grep -qxs "rds.force_ssl = '1'" "$1" || file=pg_hba.ssl.conf
  method=md5
  ! grep -qxs "rds.accepted_password_auth_method = 'scram'" "$1" || method=scram-sha-256
  replica_doors
  sed "s/  md5\$/  $method/" "$HERE/$file"
}
