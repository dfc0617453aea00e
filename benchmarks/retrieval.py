"""What text is worth in retrieval: data sets x backbones x variants x seeds, against baselines.

    python benchmarks/retrieval.py all --data <folder of data sets> --output runs/retrieval
    python benchmarks/retrieval.py tune --sets steam sample --trials 10 --jobs 2
    python benchmarks/retrieval.py run --seeds 5
    python benchmarks/retrieval.py report

`prepare` reads the data and the motivations; `tune` searches settings on validation, with the same
budget for the model with text and the one without; `run` trains the variants and fits the
baselines; `noise`, `cold`, `width` and `cost` are studies of their own; `report` writes tables and
a figure. All but `cost` resume: what the output folder holds already is not run again. `keep` adds
finished runs to the archive in the repository, and `restore` puts the archive's into the output
folder.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from retrieval_bench import backbones, baselines, data_sets, variants
from retrieval_bench.archive import ARCHIVE
from retrieval_bench.commands import ALL, COMMANDS
from retrieval_bench.options import Options


def parse_arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=[*COMMANDS, "all"])
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("LMMREC_DATA", "../shared/data")),
        help="The folder of data sets; those that are absent are skipped.",
    )
    parser.add_argument("--output", type=Path, default=Path("runs/retrieval"))
    parser.add_argument("--prepared", type=Path, help="Prepared data; <output>/data by default.")
    parser.add_argument(
        "--archive",
        type=Path,
        default=ARCHIVE,
        help="The outcomes that are kept in the repository.",
    )
    known = list(data_sets.DATA_SETS)
    parser.add_argument("--sets", nargs="+", choices=known, default=list(data_sets.DEFAULT))
    names = backbones.BACKBONES
    parser.add_argument("--backbones", nargs="+", choices=names, default=list(names))
    parser.add_argument(
        "--variants", nargs="+", choices=list(variants.VARIANTS), default=list(variants.VARIANTS)
    )
    parser.add_argument(
        "--baselines",
        nargs="*",
        choices=list(baselines.BASELINES),
        default=list(baselines.BASELINES),
    )
    parser.add_argument("--seeds", type=int, default=5, help="Seeds of each final run.")
    parser.add_argument("--trials", type=int, default=10, help="Trials of each search.")
    parser.add_argument("--trial-seeds", type=int, default=1, help="Seeds of each trial.")
    parser.add_argument("--search-seed", type=int, default=0, help="Seeds what is drawn.")
    parser.add_argument("--jobs", type=int, default=2, help="Worker processes.")
    parser.add_argument("--threads", type=int, default=1, help="Threads of each worker.")
    parser.add_argument("--samples", type=int, default=10_000, help="Resamples of the bootstrap.")
    parser.add_argument(
        "--cold-share", type=float, default=0.15, help="Share of items, or users, withheld."
    )
    parser.add_argument("--cold-seed", type=int, default=0, help="Seeds which are withheld.")
    parser.add_argument(
        "--pages",
        nargs="*",
        type=Path,
        default=[],
        help="Markdown files in whose places `report` puts its short tables.",
    )
    return parser.parse_args()


def main() -> int:
    """Runs the command; 1 where a cell failed."""
    arguments = vars(parse_arguments())
    command = arguments.pop("command")
    prepared = arguments.pop("prepared") or arguments["output"] / "data"
    seeds = tuple(range(arguments.pop("seeds")))
    options = Options(prepared=prepared, seeds=seeds, **arguments)
    steps: list[Callable[[Options], int]] = (
        [COMMANDS[name] for name in ALL] if command == "all" else [COMMANDS[command]]
    )
    # Also where a shell that put it into the background has it ignore interrupts.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    try:
        failed = sum(step(options) for step in steps)
    except KeyboardInterrupt:
        return 130
    except (ValueError, FileNotFoundError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
