# Clients and servers of AWS in Python, for tests only: boto3 as a client, moto to compare with.

python_has_all='from importlib.util import find_spec; raise SystemExit(not all(map(find_spec, ("boto3", "moto", "flask"))))'

python_with_packages() {
  for python in python3 "$cache/python/bin/python3"; do
    if "$python" -c "$python_has_all" 2>/dev/null; then command -v "$python" && return; fi
  done
  return 1
}

# What Debian has to give for an environment of our own, where one is needed.
missing_python_packages() {
  python_with_packages >/dev/null || python3 -c 'import ensurepip' 2>/dev/null || printf 'python3 python3-venv '
}

ensure_python_packages() {
  if python=$(python_with_packages); then
    found "boto3 and moto ($python)"
  else
    step "Python environment in $cache/python" 'look whether python3-venv is installed' \
      python3 -m venv --clear "$cache/python"
    step 'boto3 and moto' 'look whether PyPI can be reached, then run it again' \
      "$cache/python/bin/pip" install --quiet boto3 'moto[server]'
  fi
}
