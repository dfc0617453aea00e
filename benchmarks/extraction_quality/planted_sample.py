"""Part (b): the bundled sample, whose reviews were made from motivations that are on record.

The language model reads the reviews of some shoppers, all of each; so the same reviews can be
judged one by one and rolled up by shopper.
"""

import gzip
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from lmmrec_tfrs.motivation.calibration import to_weights
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.taxonomy import Taxonomy
from tfx_pipeline.sample.sample import DATA_DIRECTORY, REVIEWS_FILE, TRUTH_FILE

from . import ranking, readers
from .tables import table

NUM_REVIEWS = 300
METRICS = ("top-1", "precision@3", "recall@3", "nDCG@5")


def read_lines(name: str) -> list[dict[str, Any]]:
    """The rows of a file of the sample; rows that are no JSON were planted and are left out."""
    rows = []
    for line in gzip.decompress((DATA_DIRECTORY / name).read_bytes()).splitlines():
        try:
            rows.append(json.loads(line))
        except (json.JSONDecodeError, UnicodeDecodeError):
            continue
    return rows


def relevance(names: list[list[str]], taxonomy: Taxonomy) -> np.ndarray:
    """Sets of motivations as bool `[num_rows, num_motivations]`."""
    relevant = np.zeros((len(names), len(taxonomy)), dtype=bool)
    for row, motivations in enumerate(names):
        relevant[row, taxonomy.indices_of(motivations)] = True
    return relevant


def draw_shoppers(users: list[str], num_reviews: int, seed: int) -> np.ndarray:
    """Draws shoppers until they have so many reviews.

    Args:
        users: the user of each review.

    Returns:
        The indices of their reviews.
    """
    rows: dict[str, list[int]] = {}
    for index, user in enumerate(users):
        rows.setdefault(user, []).append(index)
    chosen: list[int] = []
    for user in np.random.default_rng(seed).permutation(sorted(rows)):
        if len(chosen) >= num_reviews:
            break
        chosen.extend(rows[user])
    return np.sort(chosen)


def compare(scores: Mapping[str, np.ndarray], relevant: np.ndarray, seed: int) -> str:
    """The metrics of each strategy, of popularity and of chance, where something is true."""
    judged = relevant.any(axis=1)
    results = {
        name: ranking.metrics(values[judged], relevant[judged]) for name, values in scores.items()
    }
    popular = ranking.popularity_scores(relevant)[judged]
    results["popularity (needs labels)"] = ranking.metrics(popular, relevant[judged])
    results["random"] = ranking.random_metrics(relevant[judged], seed)
    rows = [
        [name, *(str(ranking.mean_estimate(values[metric], seed)) for metric in METRICS)]
        for name, values in results.items()
    ]
    return table(["", *(f"{metric} [95%]" for metric in METRICS)], rows)


def run(models: readers.Models, seed: int) -> str:
    """The part's tables, in Markdown."""
    taxonomy = Taxonomy.load("fashion_luxury")
    truth = read_lines(TRUTH_FILE)
    planted = {row["review_id"]: row["motivations"] for row in truth if row["kind"] == "review"}
    tastes = {row["user_id"]: list(row["motivations"]) for row in truth if row["kind"] == "shopper"}
    reviews = [row for row in read_lines(REVIEWS_FILE) if row.get("review_id") in planted]
    chosen = draw_shoppers([row["user_id"] for row in reviews], NUM_REVIEWS, seed)
    rows = [reviews[index] for index in chosen]

    scores = readers.strategies(
        models.score([f"{row['title']}. {row['text']}" for row in rows], taxonomy)
    )
    relevant = relevance([planted[row["review_id"]] for row in rows], taxonomy)
    users = np.array([row["user_id"] for row in rows])
    shoppers = sorted(set(users))
    temperature = ExtractionConfig().temperature
    by_shopper = {
        name: np.stack(
            [to_weights(values, temperature)[users == shopper].mean(axis=0) for shopper in shoppers]
        )
        for name, values in scores.items()
    }
    told = int(relevant.any(axis=1).sum())
    return "\n\n".join(
        [
            f"{len(rows)} reviews of {len(shoppers)} shoppers drawn with seed {seed}, {told} of "
            "them with a planted motivation; 20 candidates.",
            "By review:",
            compare(scores, relevant, seed),
            f"By shopper, {len(rows) / len(shoppers):.1f} reviews each, against the two to four "
            "motivations that drive the shopper:",
            compare(
                by_shopper, relevance([tastes[shopper] for shopper in shoppers], taxonomy), seed
            ),
        ]
    )
