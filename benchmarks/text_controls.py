"""What text is worth: the model against itself without text and with other owners' text.

Reads the artifacts of a finished `lmmrec run`, trains the configured model three ways on the same
split for several seeds, and ranks the whole catalogue beside most-popular, EASE and iALS:

    python benchmarks/text_controls.py --output runs/steam --seeds 0 1 2
"""

import argparse
import os
import platform
import tempfile
import time
from pathlib import Path

import numpy as np

import lmmrec_tfrs
from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.evaluation import metrics
from lmmrec_tfrs.evaluation.baselines import fit_baselines
from lmmrec_tfrs.evaluation.bootstrap import paired_bootstrap
from lmmrec_tfrs.evaluation.embedding_scorer import embedding_scorer
from lmmrec_tfrs.evaluation.interactions import Interactions, read_interactions, require
from lmmrec_tfrs.evaluation.protocol import Scorer, rank
from lmmrec_tfrs.training import export, fit
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import TrainingData, build_training_data
from tfx_pipeline.output_folder import OutputFolder

K = 20
TEXT = {"text": True, "no text": False, "shuffled text": "shuffled"}


def read_training_data(folder: OutputFolder) -> TrainingData:
    """Joins the run's artifacts as the trainer does."""
    examples = folder.artifact("ReviewExampleGen", "examples")
    motivations = folder.artifact("MotivationExtractor", "motivations")
    pairs = {
        split: [(e.user_id, e.item_id) for e in example_files.read_events(examples, split)]
        for split in (columns.TRAIN, columns.VALIDATION)
    }
    users = sorted({user for user, _ in pairs[columns.TRAIN]})
    items = sorted({item for _, item in pairs[columns.TRAIN]})
    user_rows = {user: row for row, user in enumerate(users)}
    item_rows = {item: row for row, item in enumerate(items)}
    indices = {
        split: np.array(
            [
                (user_rows.get(user, len(users)), item_rows.get(item, len(items)))
                for user, item in pairs[split]
            ],
            dtype=np.int64,
        ).reshape(-1, 2)
        for split in pairs
    }
    return build_training_data(
        user_vocabulary=users,
        item_vocabulary=items,
        train_pairs=indices[columns.TRAIN],
        validation_pairs=indices[columns.VALIDATION],
        catalogue=example_files.read_catalogue(folder.artifact("ReviewExampleGen", "catalogue")),
        user_motivations=example_files.read_owner_motivations(motivations, columns.USERS),
        item_motivations=example_files.read_owner_motivations(motivations, columns.ITEMS),
    )


def train_scorer(
    name: str, data: TrainingData, config: TrainingConfig, interactions: Interactions
) -> tuple[Scorer, float]:
    """Trains once; returns the scorer and the seconds that training took."""
    with tempfile.TemporaryDirectory() as directory:
        start = time.monotonic()
        trained = fit.train(data, config, os.path.join(directory, "logs"))
        seconds = time.monotonic() - start
        export.write_serving_model(trained, os.path.join(directory, "model"))
        return embedding_scorer(name, os.path.join(directory, "model"), interactions), seconds


def per_user(scorer: Scorer, interactions: Interactions) -> dict[str, np.ndarray]:
    """NDCG@20 and Recall@20 of each evaluated user."""
    ranking = rank(scorer, interactions, K)
    return {
        "ndcg": metrics.ndcg_at_k(ranking.hits, ranking.num_relevant, K),
        "recall": metrics.recall_at_k(ranking.hits, ranking.num_relevant, K),
    }


def main() -> None:
    """Prints the table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", required=True, help="The output folder of an `lmmrec run`.")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments = parser.parse_args()
    folder = OutputFolder(str(Path(arguments.output).resolve()))
    config = folder.config()
    data = read_training_data(folder)
    validation, test = read_interactions(
        folder.artifact("ReviewExampleGen", "examples"),
        folder.artifact("ReviewExampleGen", "catalogue"),
        config.evaluation.mask_validation,
    )
    interactions = require(test, columns.TEST)

    values: dict[str, list[dict[str, np.ndarray]]] = {}
    seconds: dict[str, list[float]] = {}
    for seed in arguments.seeds:
        for name, use_text in TEXT.items():
            settings = config.training.model_copy(update={"use_text": use_text, "seed": seed})
            scorer, took = train_scorer(name, data, settings, interactions)
            values.setdefault(name, []).append(per_user(scorer, interactions))
            seconds.setdefault(name, []).append(took)
    for baseline in fit_baselines(interactions.train, validation, config.evaluation):
        name = baseline.scorer.name.replace("_", " ")
        values[name] = [per_user(baseline.scorer, interactions)]

    print(
        f"{config.name}: {len(interactions.evaluated_users):,} users, "
        f"{interactions.num_items:,} items; seeds {arguments.seeds}; {platform.machine()}, "
        f"{os.cpu_count()} cores; lmmrec_tfrs {lmmrec_tfrs.__version__}\n"
    )
    print(
        f"| | Recall@{K} | NDCG@{K} | text minus this, NDCG@{K} [95%], p | training, s (median) |"
    )
    print("|---|---|---|---|---|")
    text = np.mean([run["ndcg"] for run in values["text"]], axis=0)
    for name, runs in values.items():
        recall, ndcg = (np.mean([run[m] for run in runs], axis=0) for m in ("recall", "ndcg"))
        comparison = ""
        if name != "text":
            test_result = paired_bootstrap(text, ndcg, seed=config.seed)
            comparison = (
                f"{test_result.difference:+.4f} [{test_result.low:+.4f}, "
                f"{test_result.high:+.4f}], {test_result.p_value:.3f}"
            )
        took_text = f"{np.median(seconds[name]):.0f}" if name in seconds else ""
        print(f"| {name} | {recall.mean():.4f} | {ndcg.mean():.4f} | {comparison} | {took_text} |")


if __name__ == "__main__":
    main()
