# Clients of PostgreSQL and of the API that only npm run test:clients needs: drivers and Django in Python, Ansible with
# its collections, and PostgreSQL's driver for Java. Python has an environment of its own, so that an environment that
# other tests use is not made anew.

clients_modules='from importlib.util import find_spec
modules = "asyncpg", "psycopg", "django", "boto3", "ansible_collections.amazon.aws", "ansible_collections.community.postgresql"
raise SystemExit(not all(map(find_spec, modules)))'

clients_python() {
  python=$cache/clients/bin/python3
  "$python" -c "$clients_modules" 2>/dev/null && echo "$python"
}

# Debian packages for a virtual environment, where one is needed, and for Java.
missing_client_packages() {
  clients_python >/dev/null || python3 -c 'import ensurepip' 2>/dev/null || printf 'python3 python3-venv '
  command -v javac >/dev/null || printf 'default-jdk-headless '
  [ -e /usr/share/java/postgresql.jar ] || printf 'libpostgresql-jdbc-java '
}

ensure_database_clients() {
  if python=$(clients_python); then
    found "asyncpg, psycopg, Django and Ansible ($python)"
  else
    step "Python environment in $cache/clients" 'look whether python3-venv is installed' \
      python3 -m venv --clear "$cache/clients"
    # The package `ansible` is ansible-core with the collections.
    step 'asyncpg, psycopg, Django and Ansible' 'look whether PyPI can be reached, then run it again' \
      "$cache/clients/bin/pip" install --quiet asyncpg 'psycopg[binary]' django boto3 ansible
  fi
}
