"""Part (c): do motivations rolled up from structured rentals say what the next one is for?

A rental's columns are written as a sentence and read by the encoder, as the pipeline reads a
text template; the project's roll-up averages them for each user and each item. One rental of
each user with three or more is held out, its `rented_for` to be predicted; no held-out rental is
in any user's or item's roll-up or count.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lmmrec_tfrs.evaluation.bootstrap import paired_bootstrap
from lmmrec_tfrs.motivation.calibration import Moments
from lmmrec_tfrs.motivation.reading import Reading, WeightedReading
from lmmrec_tfrs.motivation.rollup import roll_up
from lmmrec_tfrs.motivation.taxonomy import Taxonomy
from lmmrec_tfrs.motivation.weighing import weigh_by_encoder

from . import classification, readers
from .tables import table

FILE = Path("renttherunway", "rentals.parquet")
TAXONOMY = Path(__file__).with_name("occasions.yaml")
# In the order of the taxonomy.
CLASSES = (
    "wedding", "formal affair", "party", "everyday", "work", "date", "vacation", "other",
)  # fmt: skip
FEWEST_RENTALS = 3
# Sharp: such a sentence says one thing.
TEMPERATURE = 0.25
MAJORITY = "the user's own majority"
ROLLUP = "roll-up of user and item"


@dataclasses.dataclass(frozen=True)
class HeldOut:
    """One rental a user to be predicted, and how often each occasion occurs in the rest.

    Attributes:
        truth: the classes to be predicted, int `[num_users]`.
        user_counts: of each user's other rentals, `[num_users, num_classes]`.
        item_counts: of the item's rentals that are not held out, `[num_users, num_classes]`.
        prior: of all rentals that are not held out, `[num_classes]`.
        user_features: the user's roll-up, `[num_users, num_motivations]`.
        item_features: the item's, zeros where no rental of it is left.
    """

    truth: np.ndarray
    user_counts: np.ndarray
    item_counts: np.ndarray
    prior: np.ndarray
    user_features: np.ndarray
    item_features: np.ndarray


def hold_out(frame: pd.DataFrame, seed: int) -> np.ndarray:
    """Draws one rental of each user who has at least `FEWEST_RENTALS`.

    Returns:
        bool `[num_rentals]`.
    """
    eligible = frame.groupby("user_id")["user_id"].transform("size") >= FEWEST_RENTALS
    order = np.random.default_rng(seed).permutation(len(frame))
    shuffled = frame.iloc[order][eligible.to_numpy()[order]]
    held = np.zeros(len(frame), dtype=bool)
    held[shuffled.drop_duplicates("user_id").index.to_numpy()] = True
    return held


def rental_text(occasion: str, category: str) -> str:
    """A rental's structured columns as a sentence.

    >>> rental_text("work", "sheath")
    'Rented for work: a sheath.'
    """
    return f"Rented for {occasion}: a {category}."


def count_by(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """How often each occasion occurs with each value of a column; a column a class."""
    counts = frame.groupby([key, "rented_for"], observed=True).size().unstack(fill_value=0)
    return counts.reindex(columns=list(CLASSES), fill_value=0)


def read_rentals(frame: pd.DataFrame, models: readers.Models) -> dict[str, WeightedReading]:
    """Reads the sentence of each kind of rental once; the moments are those of all rentals."""
    kinds = frame["text"].value_counts()
    readings: list[Reading] = models.read(kinds.index.tolist(), Taxonomy.load(str(TAXONOMY)))
    similarity = np.stack([reading.similarity for reading in readings])
    moments = {"review": Moments.of(np.repeat(similarity, kinds.to_numpy(), axis=0))}
    return {
        text: weigh_by_encoder(reading, TEMPERATURE, moments)
        for text, reading in zip(kinds.index, readings, strict=True)
    }


def roll_up_by(
    frame: pd.DataFrame, key: str, read: Mapping[str, WeightedReading]
) -> dict[str, np.ndarray]:
    """The weights of each owner's rentals, rolled up as the pipeline does."""
    return {
        str(owner): roll_up(read[text] for text in texts)
        .to_record(str(owner), CLASSES, evidence_count=0)
        .weights
        for owner, texts in frame.groupby(key)["text"]
    }


def prepare(frame: pd.DataFrame, models: readers.Models, seed: int) -> HeldOut:
    """Holds rentals out, and rolls up what is left."""
    held = hold_out(frame, seed)
    rest, test = frame[~held], frame[held]
    owners = rest[rest["user_id"].isin(test["user_id"])]
    needed = rest[rest["item_id"].isin(test["item_id"])]
    read = read_rentals(rest, models)
    users, items = roll_up_by(owners, "user_id", read), roll_up_by(needed, "item_id", read)
    nothing = np.zeros(len(CLASSES), dtype=np.float32)

    def counts(key: str) -> np.ndarray:
        return count_by(rest, key).reindex(test[key], fill_value=0).to_numpy(dtype=np.float64)

    return HeldOut(
        truth=test["rented_for"].map(CLASSES.index).to_numpy(),
        user_counts=counts("user_id"),
        item_counts=counts("item_id"),
        prior=rest["rented_for"].value_counts(normalize=True).reindex(CLASSES).to_numpy(),
        user_features=np.stack([users[user] for user in test["user_id"]]),
        item_features=np.stack([items.get(item, nothing) for item in test["item_id"]]),
    )


def smoothed(counts: np.ndarray, prior: np.ndarray, strength: float) -> np.ndarray:
    """Shares of the classes, drawn towards the prior as by `strength` more rentals.

    >>> smoothed(np.array([[3.0, 0.0]]), np.array([0.5, 0.5]), 1.0).tolist()
    [[0.875, 0.125]]
    """
    return (counts + strength * prior) / (counts.sum(axis=1, keepdims=True) + strength)


def log_losses(probabilities: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """-log p of the true class, float64 `[num_users]`."""
    return -np.log(np.maximum(probabilities[np.arange(len(truth)), truth], 1e-12))


def predictions(held: HeldOut, fit: np.ndarray) -> dict[str, np.ndarray]:
    """The class probabilities of each method, for all users.

    Args:
        held: the held-out rentals.
        fit: bool `[num_users]`, the users on whom smoothing and combinations are fitted.
    """

    def by_counts(counts: np.ndarray) -> np.ndarray:
        strengths = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
        losses = [
            log_losses(smoothed(counts, held.prior, s)[fit], held.truth[fit]).mean()
            for s in strengths
        ]
        return smoothed(counts, held.prior, strengths[int(np.argmin(losses))])

    def combined(*features: np.ndarray) -> np.ndarray:
        seen = [np.log1p(c.sum(axis=1)) for c in (held.user_counts, held.item_counts)]
        columns = np.column_stack([*features, *seen])
        classifier = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
        return np.asarray(classifier.fit(columns[fit], held.truth[fit]).predict_proba(columns))

    user, item = by_counts(held.user_counts), by_counts(held.item_counts)
    return {
        "majority of all": np.tile(held.prior, (len(held.truth), 1)),
        MAJORITY: user,
        "the item's majority": item,
        "roll-up of the user": combined(held.user_features),
        "roll-up of the item": combined(held.item_features),
        ROLLUP: combined(held.user_features, held.item_features),
        "stated occasions of user and item, same fit": combined(np.log(user), np.log(item)),
    }


def majority_of(counts: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """The commonest class of each row; the commoner overall where two are level.

    >>> majority_of(np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 0.0]]), np.array([0.4, 0.6])).tolist()
    [1, 0, 1]
    """
    return np.asarray((counts + 0.5 * prior).argmax(axis=1))


def run(data: Path, models: readers.Models, seed: int) -> str:
    """The part's tables, in Markdown."""
    columns = ["user_id", "item_id", "rented_for", "category"]
    frame = pd.read_parquet(data / FILE, columns=columns).dropna().reset_index(drop=True)
    frame = frame.astype(dict.fromkeys(columns, str))
    frame["text"] = [
        rental_text(*pair) for pair in zip(frame["rented_for"], frame["category"], strict=True)
    ]
    held = prepare(frame, models, seed)
    fit = np.random.default_rng(seed).random(len(held.truth)) < 0.5
    test = ~fit
    truth = held.truth[test]
    counts = classification.resample_counts(len(truth), 200, seed)
    probabilities = {name: p[test] for name, p in predictions(held, fit).items()}
    chosen = {name: p.argmax(axis=1) for name, p in probabilities.items()}
    chosen[MAJORITY] = majority_of(held.user_counts[test], held.prior)
    chosen["the item's majority"] = majority_of(held.item_counts[test], held.prior)

    rows, comparisons = [], []
    right = {name: (choice == truth).astype(np.float64) for name, choice in chosen.items()}
    losses = {name: log_losses(p, truth) for name, p in probabilities.items()}
    resampled = {
        name: classification.resampled_scores(truth, choice, len(CLASSES), counts)
        for name, choice in chosen.items()
    }
    for name in chosen:
        accuracy, macro_f1 = classification.scores(resampled[name])
        rows.append([name, str(accuracy), str(macro_f1), float(losses[name].mean())])
        if name in ("majority of all", MAJORITY):
            continue
        by_accuracy = paired_bootstrap(right[name], right[MAJORITY], seed=seed)
        by_loss = paired_bootstrap(losses[name], losses[MAJORITY], seed=seed)
        difference = classification.scores(resampled[name] - resampled[MAJORITY]).macro_f1
        comparisons.append(
            [
                name,
                f"{by_accuracy.difference:+.3f} [{by_accuracy.low:+.3f}, {by_accuracy.high:+.3f}]",
                f"{by_accuracy.p_value:.3f}",
                difference.signed,
                f"{by_loss.difference:+.3f} [{by_loss.low:+.3f}, {by_loss.high:+.3f}]",
            ]
        )
    header = ["", "accuracy [95%]", "macro-F1 [95%]", "log loss"]
    return "\n\n".join(
        [
            f"{len(frame):,} rentals; one held out of each of the {len(held.truth):,} users with "
            f"at least {FEWEST_RENTALS}; fitted on {fit.sum():,} of these users, figures of the "
            f"other {len(truth):,}.",
            table(header, rows),
            f"Minus {MAJORITY}, paired (log loss: less is better):",
            table(["", "accuracy [95%]", "p", "macro-F1 [95%]", "log loss [95%]"], comparisons),
        ]
    )
