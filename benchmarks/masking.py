"""What masking finds in real reviews, how fast, and how much of invented canaries it catches.

Prints the share of reviews touched by kind, the speed, and the recall on the canaries of the
tests; with `--show`, findings in their surroundings, to be judged by hand:

    python benchmarks/masking.py --data ../shared/data
    python benchmarks/masking.py --data ../shared/data --show name --sample 50
"""

import argparse
import itertools
import os
import platform
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import yaml

from lmmrec_tfrs.privacy.config import KINDS, PrivacyConfig
from lmmrec_tfrs.privacy.masking import Masker
from lmmrec_tfrs.privacy.report import MaskingReport

SETS = {
    "steam": ("steam/reviews.parquet", "review"),
    "amazon_musical_instruments": ("amazon_musical_instruments/reviews.csv.gz", "reviewText"),
    "skytrax_ba": ("skytrax_ba/reviews.csv.gz", "reviews"),
}
CANARIES = Path(__file__).parents[1] / "tests" / "lmmrec_tfrs" / "privacy"
CONTEXT = 40


def read_texts(data: Path, name: str) -> list[str]:
    """The reviews of a data set."""
    file, column = SETS[name]
    path = data / file
    table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    return table[column].fillna("").tolist()


def print_findings(masker: Masker, texts: list[str], kind: str, sample: int) -> None:
    """A sample of the findings of a kind, in their surroundings."""
    found = [
        f"{text[max(0, s.start - CONTEXT) : s.start]}⟦{text[s.start : s.end]}⟧"
        f"{text[s.end : s.end + CONTEXT]}"
        for text in texts
        for s in masker.find(text)
        if s.kind == kind
    ]
    random.Random(0).shuffle(found)
    for line in found[:sample]:
        print(" ".join(line.split()))


def canary_recall(masker: Masker, corpus: str) -> Iterator[tuple[str, int, int]]:
    """Yields (kind, canaries of which nothing survives, canaries)."""
    rows = yaml.safe_load((CANARIES / f"canaries_{corpus}.yaml").read_text(encoding="utf-8"))
    for kind, group in itertools.groupby(rows, key=lambda row: row[0]):
        survived = [
            any(secret in masker.mask(text).text for secret in secrets)
            for _, text, secrets in group
        ]
        yield kind, survived.count(False), len(survived)


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--show", choices=KINDS, help="Print findings of a kind.")
    parser.add_argument("--sample", type=int, default=50, help="How many findings to print.")
    arguments = parser.parse_args()
    masker = Masker(PrivacyConfig())
    masker.mask("a@example.com +44 20 7946 0018")  # Loads what is loaded once.
    print(f"{platform.machine()}, {os.cpu_count()} cores, one process\n")
    print(f"| reviews | number | reviews/s | any | {' | '.join(KINDS)} |")
    print("|---" * (len(KINDS) + 4) + "|")
    for name in SETS:
        texts = read_texts(arguments.data, name)
        if arguments.show:
            print_findings(masker, texts, arguments.show, arguments.sample)
            continue
        start = time.process_time()
        report = MaskingReport.of(masker.mask(text) for text in texts)
        seconds = time.process_time() - start
        touched = " | ".join(str(report.touched.get(kind, 0)) for kind in KINDS)
        share = report.num_touched / report.num_texts
        print(
            f"| {name} | {len(texts):,} | {len(texts) / seconds:,.0f} | {share:.2%} | {touched} |"
        )
    for corpus in ("tuning", "held_out"):
        rows = list(canary_recall(masker, corpus))
        caught, total = sum(row[1] for row in rows), sum(row[2] for row in rows)
        kinds = ", ".join(f"{kind} {ok}/{num}" for kind, ok, num in rows)
        print(f"\ncanaries, {corpus}: {caught}/{total} ({kinds})")


if __name__ == "__main__":
    main()
