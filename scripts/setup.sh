#!/usr/bin/env bash
# Makes .venv and installs the locked packages and this project into it.
# Uses uv where it is there or can be installed with pip; otherwise Python's own venv and pip.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=3.11

# Prints the first Python of the wanted version, and says on the error output what was tried.
find_python() {
  local tried=() candidate
  local candidates=("python$wanted" python3 python)
  local pyenv_root="${PYENV_ROOT:-$HOME/.pyenv}"
  candidates+=("$pyenv_root"/versions/"$wanted"*/bin/python)
  if uv --version >/dev/null 2>&1; then
    # What uv has or finds; it fetches one below where there is none at all.
    candidates+=("$(uv python find --no-project "$wanted" 2>/dev/null || true)")
  fi
  for candidate in "${candidates[@]}"; do
    # A pattern of pyenv's that matched nothing is no candidate.
    if [ -z "$candidate" ] || [[ "$candidate" == *"*"* ]]; then continue; fi
    if "$candidate" -c "import sys, venv, ensurepip
raise SystemExit('.'.join(map(str, sys.version_info[:2])) != '$wanted')" >/dev/null 2>&1; then
      "$candidate" -c 'import sys; print(sys.executable)'
      return
    fi
    tried+=("$candidate ($("$candidate" --version 2>&1 | head -n 1 || true))")
  done
  printf 'Looked for Python %s with venv, and found none:\n' "$wanted" >&2
  printf '  %s\n' "${tried[@]}" "pyenv's versions under $pyenv_root" "uv on the PATH" >&2
}

rm -rf .venv
python=$(find_python)
if [ -n "$python" ]; then
  echo "Python $wanted: $python"
  "$python" -m venv .venv
elif uv --version >/dev/null 2>&1; then
  echo "uv fetches Python $wanted ..."
  uv venv --quiet --seed --python "$wanted" .venv
else
  echo "error: expected Python $wanted or uv. Install Python $wanted (Debian: also python$wanted-venv)," >&2
  echo "       or uv, which brings Python $wanted itself, and run again." >&2
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
