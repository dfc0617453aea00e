"""How well motivations are read, against plainer ways: five parts, a table each.

    python benchmarks/extraction.py --output runs/extraction.md
    python benchmarks/extraction.py --only skytrax

Four parts read public data sets that are not in this repository; their folders lie in `--data`,
by default `$LMMREC_DATA` or `../shared/data`.
"""

import argparse
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

from extraction_quality import (
    faithfulness,
    planted_sample,
    rent_the_runway,
    skytrax,
    steam_labels,
)
from extraction_quality.readers import Models

import lmmrec_tfrs

TITLES = {
    "skytrax": "Whom one flew with, from the text alone (Skytrax)",
    "sample": "Planted motivations (bundled sample)",
    "runway": "What the next rental is for (Rent the Runway)",
    "steam": "Reviews labelled by hand (Steam)",
    "faithfulness": "Are quotes verbatim?",
}


def parse_arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(TITLES), default=list(TITLES))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, help="Also write the tables to this file.")
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("LMMREC_DATA", "../shared/data"))
    )
    parser.add_argument(
        "--scores", type=Path, help="Folder that keeps the language model's raw scores."
    )
    return parser.parse_args()


def main() -> None:
    """Prints a section for each part."""
    arguments = parse_arguments()
    models, data, seed = Models(arguments.scores), arguments.data, arguments.seed
    parts: dict[str, Callable[[], str]] = {
        "skytrax": lambda: skytrax.run(data, models, seed),
        "sample": lambda: planted_sample.run(models, seed),
        "runway": lambda: rent_the_runway.run(data, models, seed),
        "steam": lambda: steam_labels.run(data, models, seed),
        "faithfulness": lambda: faithfulness.run(data, seed),
    }
    lines = [
        f"{platform.machine()}, {os.cpu_count()} cores; seed {seed}; "
        f"lmmrec_tfrs {lmmrec_tfrs.__version__}"
    ]
    print(lines[0])
    for name in arguments.only:
        started = time.monotonic()
        section = f"\n### {TITLES[name]}\n\n{parts[name]()}"
        print(section, flush=True)
        print(f"\n({time.monotonic() - started:.0f} s)", flush=True)
        lines.append(section)
        if arguments.output:
            arguments.output.parent.mkdir(parents=True, exist_ok=True)
            arguments.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
