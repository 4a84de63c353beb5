# AWS clients and servers in Python, only for tests: aws and boto3 as clients, moto for comparison.

python_has_all='from importlib.util import find_spec; raise SystemExit(not all(map(find_spec, ("boto3", "moto", "flask"))))'

python_with_packages() {
  for python in python3 "$cache/python/bin/python3"; do
    if "$python" -c "$python_has_all" 2>/dev/null; then command -v "$python" && return; fi
  done
  return 1
}

# Tests give the endpoint as AWS_ENDPOINT_URL, which aws supports from 1.29 and 2.13 on. Debian 12 has 2.9.
aws_with_endpoint_url() {
  for aws in "$cache/python/bin/aws" aws; do
    version=$("$aws" --version 2>/dev/null | sed -n 's|^aws-cli/\([0-9]*\)\.\([0-9]*\)\..*|\1 \2|p')
    case $version in
      '1 29' | '1 '[3-9][0-9] | '2 1'[3-9] | '2 '[2-9][0-9] | [12]' '[1-9][0-9][0-9] | [3-9]' '*) command -v "$aws" && return ;;
    esac
  done
  return 1
}

have_aws_clients() { python_with_packages >/dev/null && aws_with_endpoint_url >/dev/null; }

# Debian packages for a virtual environment, where one is needed.
missing_python_packages() {
  have_aws_clients || python3 -c 'import ensurepip' 2>/dev/null || printf 'python3 python3-venv '
}

ensure_python_packages() {
  if have_aws_clients; then
    found "boto3 and moto ($(python_with_packages)), aws ($(aws_with_endpoint_url))"
  else
    step "Python environment in $cache/python" 'look whether python3-venv is installed' \
      python3 -m venv --clear "$cache/python"
    step 'boto3, moto and aws' 'look whether PyPI can be reached, then run it again' \
      "$cache/python/bin/pip" install --quiet boto3 'moto[server]' awscli
  fi
}
