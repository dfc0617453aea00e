"""Seconds of the commands, and of the demo by component, beside another checkout if given.

    python benchmarks/startup.py commands --output runs/demo [--other ../before --other-output ...]
    python benchmarks/startup.py demo [--other ../before] [--repeat 3]

Each checkout runs with the Python of its own `.venv`. Runs of the two take turns, so that what else
the machine does meets both; medians are printed, and the ratio of the first to the second.
"""

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_COMPONENT = re.compile(r"^\s*(?:\[[ \d]+/\d+\] )?(\w+): ([\d.]+) s$", re.M)
_BROKEN = "name: broken\ndata: {bogus: 1}\n"
_TOTAL = "total"


def main() -> None:
    """Measures what the command line asks for and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("commands", "demo"))
    parser.add_argument("--output", help="The finished demo that the commands look at.")
    parser.add_argument("--other", help="Another checkout, set up, to compare with.")
    parser.add_argument("--other-output", help="A finished demo of the other checkout.")
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    here = Path(__file__).resolve().parents[1]
    checkouts = {"this": here, **({"other": Path(given.other).resolve()} if given.other else {})}
    print(_machine())
    if given.what == "demo":
        rounds = [
            {name: _time_demo(checkout) for name, checkout in checkouts.items()}
            for _ in range(given.repeat)
        ]
    else:
        if not given.output or (given.other and not given.other_output):
            parser.error("give --output, and --other-output with --other: finished demos")
        outputs = {"this": given.output, "other": given.other_output}
        rounds = [
            {
                name: _time_commands(at, Path(outputs[name]).resolve())
                for name, at in checkouts.items()
            }
            for _ in range(given.repeat)
        ]
    print(_table({name: _medians([each[name] for each in rounds]) for name in checkouts}))
    print(f"medians of {given.repeat}")


def _machine() -> str:
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load "
        f"{os.getloadavg()[0]:.1f} before the first run"
    )


def _python(checkout: Path) -> str:
    return str(checkout / ".venv" / "bin" / "python")


def _lmmrec(checkout: Path, *arguments: str, fails: bool = False) -> tuple[float, str]:
    """Runs a command in a checkout; returns its seconds and what it printed."""
    command = [_python(checkout), "-m", "tfx_pipeline.command_line.main", *arguments]
    start = time.monotonic()
    result = subprocess.run(
        command,
        cwd=checkout,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - start
    if (result.returncode != 0) != fails:
        sys.exit(f"{' '.join(command)} ended with {result.returncode}:\n{result.stderr[-2000:]}")
    return seconds, result.stdout


def _time_demo(checkout: Path) -> dict[str, float]:
    """Seconds by component of a demo into an empty folder, its packages being there."""
    folder = tempfile.mkdtemp()
    try:
        total, printed = _lmmrec(checkout, "demo", "--output", folder)
        cached, _ = _lmmrec(checkout, "demo", "--output", folder)
    finally:
        shutil.rmtree(folder)
    components = {name: float(seconds) for name, seconds in _COMPONENT.findall(printed)}
    rest = total - sum(components.values())
    return {**components, "everything else": rest, _TOTAL: total, "the same again": cached}


def _time_commands(checkout: Path, output: Path) -> dict[str, float]:
    shopper = "shopper-80988"
    with tempfile.TemporaryDirectory() as folder:
        broken = Path(folder, "broken.yaml")
        broken.write_text(_BROKEN)
        wrong = ("--config", str(broken), "--data", folder, "--output", folder)
        at = ("--output", str(output))
        return {
            "--help": _lmmrec(checkout, "--help")[0],
            "run, broken configuration": _lmmrec(checkout, "run", *wrong, fails=True)[0],
            "inspect events": _lmmrec(checkout, "inspect", *at, "events")[0],
            "inspect evaluation": _lmmrec(checkout, "inspect", *at, "evaluation")[0],
            "recommend": _lmmrec(checkout, "recommend", *at, "--user", shopper)[0],
            "evaluate": _lmmrec(checkout, "evaluate", *at)[0],
        }


def _medians(measured: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: statistics.median(each[name] for each in measured) for name in measured[0]}


def _table(columns: Mapping[str, Mapping[str, float]]) -> str:
    names = list(columns["this"])
    lines = [f"{'seconds':<28}" + "".join(f"{column:>10}" for column in columns)]
    for name in names:
        values = [column.get(name, float("nan")) for column in columns.values()]
        line = f"{name:<28}" + "".join(f"{value:>10.1f}" for value in values)
        if len(values) == 2 and values[1]:
            line += f"{values[0] / values[1]:>9.0%}"
        lines.append(line)
    return "\n".join(lines)


if __name__ == "__main__":
    main()
