# Clients and servers of AWS in Python, for tests only: boto3 as a client, moto to compare with.

python_has_all='from importlib.util import find_spec; raise SystemExit(not all(map(find_spec, ("boto3", "moto", "flask"))))'

ensure_python_packages() {
  if python3 -c "$python_has_all" 2>/dev/null; then
    found "boto3 and moto ($(command -v python3))"
  elif "$cache/python/bin/python3" -c "$python_has_all" 2>/dev/null; then
    found "boto3 and moto ($cache/python)"
  else
    python3 -c 'import ensurepip' 2>/dev/null || install_debian_packages 'python3 python3-venv '
    step "Python environment in $cache/python" 'look whether python3-venv is installed' \
      python3 -m venv --clear "$cache/python"
    step 'boto3 and moto' 'look whether PyPI can be reached, then run it again' \
      "$cache/python/bin/pip" install --quiet boto3 'moto[server]'
  fi
}
