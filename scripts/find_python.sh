#!/usr/bin/env bash
# Prints the path of a Python of the version given, with venv and pip; fails, and says on the error
# output what was looked at, where there is none.
#
#   scripts/find_python.sh 3.11
set -euo pipefail

wanted=$1
pyenv_root=${PYENV_ROOT:-$HOME/.pyenv}
candidates=("python$wanted" python3 python "$pyenv_root"/versions/"$wanted"*/bin/python)
if uv --version >/dev/null 2>&1; then
  candidates+=("$(uv python find --no-project "$wanted" 2>/dev/null || true)")
fi

check="import sys, venv, ensurepip
raise SystemExit('%d.%d' % sys.version_info[:2] != '$wanted')"
tried=()
for candidate in "${candidates[@]}"; do
  # A pattern of pyenv's that matched nothing is no candidate.
  if [[ -z "$candidate" || "$candidate" == *"*"* ]]; then continue; fi
  if "$candidate" -c "$check" >/dev/null 2>&1; then
    "$candidate" -c 'import sys; print(sys.executable)'
    exit
  fi
  version=$("$candidate" --version 2>&1 | head -n 1) || version="not there, or it does not start"
  tried+=("$candidate: $version")
done

{
  echo "Looked for Python $wanted with the modules venv and ensurepip, and found none:"
  printf '  %s\n' "${tried[@]}"
  echo "  pyenv: nothing else under $pyenv_root/versions"
  uv --version >/dev/null 2>&1 && echo "  uv: none that it knows of" || echo "  uv: not on the PATH"
} >&2
exit 1
