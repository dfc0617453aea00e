#!/usr/bin/env bash
# Makes .venv and installs the locked packages and this project into it.
# Uses uv where it works or can be installed with pip; otherwise python3.10's venv and pip.
set -euo pipefail
cd "$(dirname "$0")/.."

find_python() {
  for candidate in python3.10 python3 python; do
    if "$candidate" -c 'import sys; raise SystemExit(sys.version_info[:2] != (3, 10))' \
      >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
}

rm -rf .venv
if uv --version >/dev/null 2>&1; then
  uv venv --quiet --python 3.10 .venv
  install=(env VIRTUAL_ENV="$PWD/.venv" uv pip install --quiet --compile-bytecode)
else
  python=$(find_python)
  if [ -z "$python" ]; then
    echo "error: expected Python 3.10 or uv on the PATH and found neither." >&2
    echo "       Install Python 3.10, or uv (which brings Python 3.10 itself), and run again." >&2
    exit 1
  fi
  "$python" -m venv .venv
  if .venv/bin/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null; then
    install=(env VIRTUAL_ENV="$PWD/.venv" .venv/bin/uv pip install --quiet --compile-bytecode)
  else
    install=(.venv/bin/python -m pip install --quiet --disable-pip-version-check)
  fi
fi

# Bytecode is compiled once here: every process that imports TensorFlow or TFX starts faster.
echo "Installing the locked packages (about 3 GB) ..."
"${install[@]}" --no-deps --require-hashes --requirement requirements.lock
# The build tool is in the lock already: nothing is fetched for building the project.
"${install[@]}" --no-deps --no-build-isolation --editable .
touch .venv/.ready
