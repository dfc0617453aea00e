#!/usr/bin/env bash
# Makes .venv and installs the locked packages and this project into it.
# Uses uv where it is there or can be installed with pip; otherwise Python's own venv and pip.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=3.11

rm -rf .venv
if python=$(scripts/find_python.sh "$wanted"); then
  echo "Python $wanted: $python"
  "$python" -m venv .venv
elif uv --version >/dev/null 2>&1; then
  echo "uv fetches Python $wanted ..."
  uv venv --quiet --seed --python "$wanted" .venv
else
  echo "error: expected Python $wanted or uv, found neither. Install Python $wanted (on Debian with" >&2
  echo "       python$wanted-venv), or uv, which brings Python $wanted itself, and run again." >&2
  exit 1
fi

if uv --version >/dev/null 2>&1; then
  install=(env VIRTUAL_ENV="$PWD/.venv" uv pip install --quiet --compile-bytecode)
elif .venv/bin/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null; then
  install=(env VIRTUAL_ENV="$PWD/.venv" .venv/bin/uv pip install --quiet --compile-bytecode)
else
  install=(.venv/bin/python -m pip install --quiet --disable-pip-version-check)
fi

# Bytecode is compiled once here: every process that imports TensorFlow or TFX starts faster.
echo "Installing the locked packages (about 3 GB) ..."
"${install[@]}" --no-deps --require-hashes --requirement requirements.lock
# The build tool is in the lock already: nothing is fetched for building the project.
"${install[@]}" --no-deps --no-build-isolation --editable .
touch .venv/.ready
