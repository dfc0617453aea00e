"""How many reviews a second the strategy `score` reads, by how it scores the candidates.

python benchmarks/score_speed.py --reviews 128 --runs 3

Steam reviews of `--data` are read, those of the bundled sample where there are none. Beside the
time on the clock stands the processor's: on a busy machine only that one tells what an idle one
would do, `cores / (CPU seconds a review)` at most.
"""

import argparse
import dataclasses
import gzip
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lmmrec_tfrs.motivation.calibration import Moments, standardise
from lmmrec_tfrs.motivation.models.registry import load_causal_lm
from lmmrec_tfrs.motivation.score.candidate_likelihood import CandidateLikelihood
from lmmrec_tfrs.motivation.score.config import ScoreConfig
from lmmrec_tfrs.motivation.score.stock_likelihood import StockLikelihood
from lmmrec_tfrs.motivation.taxonomy import Taxonomy
from tfx_pipeline.sample.sample import DATA_DIRECTORY, REVIEWS_FILE

if TYPE_CHECKING:
    import keras_hub

STEAM = Path("steam", "reviews.parquet")
Scorer = CandidateLikelihood | StockLikelihood


@dataclasses.dataclass(frozen=True)
class Measured:
    """Medians over the runs, for one review."""

    name: str
    seconds: float
    cpu_seconds: float
    tokens: float


def read_reviews(data: Path, count: int, seed: int) -> tuple[str, list[str]]:
    """A seeded draw of reviews that are not blank, and the name of their taxonomy."""
    if (data / STEAM).exists():
        texts, taxonomy = list(pd.read_parquet(data / STEAM)["review"]), "video_games"
    else:
        lines = gzip.decompress((DATA_DIRECTORY / REVIEWS_FILE).read_bytes()).splitlines()
        texts, taxonomy = [json.loads(line)["text"] for line in lines[:5000]], "fashion_luxury"
    texts = [text for text in texts if text and text.strip()]
    order = np.random.default_rng(seed).permutation(len(texts))[:count]
    return taxonomy, [texts[index] for index in order]


def measure(
    name: str, make: Callable[[], Scorer], texts: Sequence[str], runs: int
) -> tuple[Measured, np.ndarray]:
    """Scores the texts several times, after one text for the graph's sake."""
    scorer = make()
    if runs > 1 or isinstance(scorer, CandidateLikelihood):
        scorer.score(texts[:1])
    clock, cpu = [], []
    for _ in range(runs):
        before = scorer.num_tokens_read
        started, cpu_started = time.perf_counter(), time.process_time()
        scores = scorer.score(texts)
        clock.append((time.perf_counter() - started) / len(texts))
        cpu.append((time.process_time() - cpu_started) / len(texts))
    tokens = (scorer.num_tokens_read - before) / len(texts)
    medians = statistics.median(clock), statistics.median(cpu)
    return Measured(name, *medians, tokens), scores


def scorers(
    model: "keras_hub.models.CausalLM", taxonomy: Taxonomy, examples: int, seed: int
) -> dict[str, Callable[[], Scorer]]:
    """The ways to score, the slowest first."""

    def config(scoring: str) -> ScoreConfig:
        return ScoreConfig.model_validate(
            {"candidate_scoring": scoring, "few_shot_examples": examples}
        )

    return {
        "stock forward pass": lambda: StockLikelihood(model, taxonomy, config("whole"), seed),
        "whole": lambda: CandidateLikelihood(model, taxonomy, config("whole"), seed),
        "distinguishing": lambda: CandidateLikelihood(
            model, taxonomy, config("distinguishing"), seed
        ),
    }


def agreement(scores: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """Share of equal first places, and mean rank correlation, after centring on the corpus."""
    a, b = (standardise(x, Moments.of(x)) for x in (scores, others))
    ranks = [x.argsort(axis=1).argsort(axis=1) for x in (a, b)]
    correlation = np.mean([np.corrcoef(x, y)[0, 1] for x, y in zip(*ranks, strict=True)])
    return float((a.argmax(axis=1) == b.argmax(axis=1)).mean()), float(correlation)


def main() -> None:
    """Prints a table and what the scorers agree on."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    data = Path(os.environ.get("LMMREC_DATA", default))
    parser.add_argument("--data", type=Path, default=data, help="folder of the data sets")
    parser.add_argument("--language-model", default="packaged:smollm2-135m")
    parser.add_argument("--reviews", type=int, default=128)
    parser.add_argument("--stock-reviews", type=int, default=1, help="it is slow")
    parser.add_argument("--few-shot-examples", type=int, default=24)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()

    name, texts = read_reviews(arguments.data, arguments.reviews, arguments.seed)
    taxonomy = Taxonomy.load(name)
    model = load_causal_lm(arguments.language_model)
    words = statistics.median(len(text.split()) for text in texts)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
        f"{arguments.language_model}; {len(taxonomy)} motivations ({name}); "
        f"{len(texts)} reviews, median {words:g} words; median of {arguments.runs} runs; "
        f"seed {arguments.seed}\n"
    )
    ways = scorers(model, taxonomy, arguments.few_shot_examples, arguments.seed)
    rows, scores = [], {}
    for way, make in ways.items():
        stock = way == "stock forward pass"
        # Of middling length, so that the few are like the many.
        some = sorted(texts, key=len)[len(texts) // 2 :][: arguments.stock_reviews]
        runs = 1 if stock else arguments.runs
        row, scores[way] = measure(way, make, some if stock else texts, runs)
        rows.append(row)
    cores = os.cpu_count() or 1
    print("| | reviews/s | CPU s a review | idle reviews/s, at most | tokens | times stock |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        print(
            f"| {row.name} | {1 / row.seconds:.2f} | {row.cpu_seconds:.4f} | "
            f"{cores / row.cpu_seconds:.2f} | {row.tokens:.1f} | "
            f"{rows[0].cpu_seconds / row.cpu_seconds:.0f} |"
        )
    whole, cut = rows[1], rows[2]
    first, correlation = agreement(scores["whole"], scores["distinguishing"])
    print(
        f"\nDistinguishing prefixes take {cut.cpu_seconds / whole.cpu_seconds:.2f} of the "
        f"processor's time of whole names. After centring, both put the same motivation first "
        f"in {first:.2f} of the reviews; mean rank correlation {correlation:.2f}."
    )


if __name__ == "__main__":
    main()
