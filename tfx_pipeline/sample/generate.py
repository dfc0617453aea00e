"""Generates the sample: `python -m tfx_pipeline.sample.generate --output DIR --seed 0`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from tfx_pipeline.sample.configuration import SampleConfig
from tfx_pipeline.sample.sample import DATA_DIRECTORY, make_sample, write_sample


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the sample's files and prints their sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=DATA_DIRECTORY, help="folder to write to")
    parser.add_argument("--seed", type=int, default=0, help="seed of everything that is drawn")
    options = parser.parse_args(arguments)
    sizes = write_sample(make_sample(SampleConfig(seed=options.seed)), options.output)
    for name, size in sizes.items():
        print(f"{name}: {size:,} bytes")


if __name__ == "__main__":
    main()
