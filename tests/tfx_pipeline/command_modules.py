"""Which modules a command of `lmmrec` loads, in a fresh process."""

import subprocess
import sys

_HEAVY = ("tensorflow", "apache_beam", "tfx", "keras_hub", "scann")
_CODE = """
import sys
from tfx_pipeline.command_line.main import main
sys.argv = ["lmmrec", *{arguments!r}]
ended = 0
try:
    main()
except SystemExit as exit:
    ended = exit.code or 0
print()
print(ended, *[name for name in {heavy!r} if name in sys.modules])
"""


def heavy_modules_of(*arguments):
    """Runs a command; returns its exit code and which of the large packages it loaded."""
    code = _CODE.format(arguments=list(arguments), heavy=_HEAVY)
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    ended, *loaded = result.stdout.splitlines()[-1].split()
    return int(ended), loaded
