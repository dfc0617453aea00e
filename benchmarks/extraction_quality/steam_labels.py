"""Part (d): sixty Steam reviews labelled by hand (see `benchmarks/labels/GUIDELINE.md`)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from lmmrec_tfrs.motivation.calibration import to_weights
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

from . import ranking, readers
from .planted_sample import relevance
from .steam_selection import read_steam
from .tables import Estimate, table

FILE = Path("steam", "reviews.parquet")
LABELS = Path(__file__).parents[1] / "labels" / "steam_60.jsonl"
TAXONOMY = "video_games"
# Unlabelled reviews, read only so that the calibration knows the corpus.
NUM_OTHERS = 140
METRICS = ("top-1", "hit@3", "nDCG@5")


def read_labels(path: Path = LABELS) -> pd.DataFrame:
    """The labels: `user_id`, `item_id` and the list `motivations`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return pd.DataFrame([json.loads(line) for line in lines])


def texts_of(labels: pd.DataFrame, reviews: pd.DataFrame) -> list[str]:
    """The text of each labelled review.

    Raises:
        ValueError: the data lacks a labelled review.
    """
    joined = labels.merge(reviews, on=["user_id", "item_id"], how="left")
    if joined["review"].isna().any():
        raise ValueError("expected every labelled review in the data, found some missing.")
    return joined["review"].tolist()


def auc(weights: np.ndarray, labelled: np.ndarray, seed: int) -> Estimate:
    """How well the top weight tells reviews with a motivation from those with none."""
    rng = np.random.default_rng(seed)
    values = [roc_auc_score(labelled, weights)]
    while len(values) <= 1000:
        draw = rng.integers(len(weights), size=len(weights))
        if labelled[draw].any() and not labelled[draw].all():
            values.append(roc_auc_score(labelled[draw], weights[draw]))
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return Estimate(float(values[0]), float(low), float(high))


def run(data: Path, models: readers.Models, seed: int) -> str:
    """The part's table, in Markdown."""
    taxonomy = Taxonomy.load(TAXONOMY)
    labels, reviews = read_labels(), read_steam(data / FILE)
    pairs = labels[["user_id", "item_id"]].assign(labelled=True)
    others = reviews.merge(pairs, on=["user_id", "item_id"], how="left")
    others = others[others["labelled"].isna() & (others["review"].str.split().str.len() > 0)]
    texts = texts_of(labels, reviews)
    texts += others["review"].sample(NUM_OTHERS, random_state=seed).tolist()

    relevant = relevance(labels["motivations"].tolist(), taxonomy)
    labelled = np.asarray(relevant.any(axis=1))
    num_labels = len(labels)
    results, separation = {}, {}
    for name, values in readers.strategies(models.score(texts, taxonomy)).items():
        results[name] = ranking.metrics(values[:num_labels][labelled], relevant[labelled])
        weights = to_weights(values[:num_labels], ExtractionConfig().temperature)
        separation[name] = str(auc(weights.max(axis=1), labelled, seed))
    popular = ranking.popularity_scores(relevant)[labelled]
    results["popularity (needs labels)"] = ranking.metrics(popular, relevant[labelled])
    results["random"] = ranking.random_metrics(relevant[labelled], seed)
    rows = [
        [
            name,
            *(str(ranking.mean_estimate(values[metric], seed)) for metric in METRICS),
            separation.get(name, ""),
        ]
        for name, values in results.items()
    ]
    header = ["", *(f"{metric} [95%]" for metric in METRICS), "AUC, top weight, some or none [95%]"]
    return "\n\n".join(
        [
            f"{num_labels} labelled reviews, {int(labelled.sum())} with a motivation, "
            f"{int((~labelled).sum())} with none; {len(taxonomy)} candidates; calibrated over "
            f"{len(texts)} reviews.",
            table(header, rows),
        ]
    )
