# Clients of PostgreSQL in Python, only for npm run test:clients: asyncpg, and psycopg with a libpq of its own. They have
# an environment of their own, so that an environment that other tests use is not made anew.

clients_python() {
  python=$cache/clients/bin/python3
  "$python" -c 'import asyncpg, psycopg' 2>/dev/null && echo "$python"
}

# Debian packages for a virtual environment, where one is needed.
missing_client_packages() {
  clients_python >/dev/null || python3 -c 'import ensurepip' 2>/dev/null || printf 'python3 python3-venv '
}

ensure_database_clients() {
  if python=$(clients_python); then
    found "asyncpg and psycopg ($python)"
  else
    step "Python environment in $cache/clients" 'look whether python3-venv is installed' \
      python3 -m venv --clear "$cache/clients"
    step 'asyncpg and psycopg' 'look whether PyPI can be reached, then run it again' \
      "$cache/clients/bin/pip" install --quiet asyncpg 'psycopg[binary]'
  fi
}
