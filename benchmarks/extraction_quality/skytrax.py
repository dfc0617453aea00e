"""Part (a): whom and what for somebody flew, from the text of the review alone.

Nothing is trained on the labels. What had to be chosen (reading clause by clause, how many
clauses count) was chosen on a fixed half of the reviews; every figure is of the other half.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline

from lmmrec_tfrs.motivation.clauses import split_clauses
from lmmrec_tfrs.motivation.encoder_reader import motivation_prototypes
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

from . import classification, readers
from .tables import table

FILE = Path("skytrax_ba", "reviews.csv.gz")
TAXONOMY = Path(__file__).with_name("travellers.yaml")
# In the order of the taxonomy.
CLASSES = ("Business", "Couple Leisure", "Family Leisure", "Solo Leisure")
TRAIN_SIZES = (50, 100, 200)
NUM_REPEATS = 10
NUM_CLAUSES = 3
HALVES_SEED = 0
WHOLE_TEXT = "encode, whole text at once"


def halves(truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The indices of the half for choosing and of the half for reporting; fixed, stratified."""
    chosen, reported = train_test_split(
        np.arange(len(truth)), test_size=0.5, stratify=truth, random_state=HALVES_SEED
    )
    return np.sort(chosen), np.sort(reported)


def clause_scores(
    texts: Sequence[str], models: readers.Models, taxonomy: Taxonomy
) -> tuple[np.ndarray, list[str]]:
    """Reads each clause by itself: few clauses of a long review say who travelled.

    Returns:
        For each motivation the mean similarity of its nearest clauses, float32 `[num_texts,
        num_motivations]`; and of each text the clauses that are nearest to any motivation,
        compared with the average clause, in their order.
    """
    clauses = [[text[start:end] for start, end in split_clauses(text)] for text in texts]
    flat = [clause for text in clauses for clause in text]
    prototypes = motivation_prototypes(models.encoder, taxonomy)
    similarity = models.encoder.encode_texts(flat) @ prototypes.T
    telling = (similarity - similarity.mean(axis=0)).max(axis=1)
    ends = np.cumsum([len(text) for text in clauses])
    scores, excerpts = [], []
    for text, end in zip(clauses, ends, strict=True):
        span = slice(end - len(text), end)
        scores.append(np.sort(similarity[span], axis=0)[-NUM_CLAUSES:].mean(axis=0))
        nearest = sorted(np.argsort(-telling[span])[:NUM_CLAUSES])
        excerpts.append(" ".join(text[index] for index in nearest))
    return np.stack(scores), excerpts


def zero_shot(
    texts: Sequence[str], models: readers.Models, taxonomy: Taxonomy
) -> dict[str, np.ndarray]:
    """Calibrated scores `[num_texts, num_motivations]` of each strategy."""
    similarity, excerpts = clause_scores(texts, models, taxonomy)
    likelihood = models.likelihood(excerpts, taxonomy)
    scores = dict(readers.strategies(readers.RawScores(similarity, likelihood)))
    whole = np.stack([reading.similarity for reading in models.read(texts, taxonomy)])
    scores[WHOLE_TEXT] = readers.calibrated(whole)
    return scores


def tfidf_classifier() -> Pipeline:
    """TF-IDF of words, logistic regression that weighs the classes alike.

    Of some fifty settings (word pairs, rare words, regularisation, class weights) the best on
    the half for choosing, by macro-F1: chosen as carefully as the zero-shot reading was.
    Letting it choose on its own labels by cross-validation is worse.
    """
    # One letter is a word too: "I" says much of who travelled.
    words = TfidfVectorizer(token_pattern=r"(?u)\b\w+\b", sublinear_tf=True)
    regression = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000)
    return Pipeline([("words", words), ("regression", regression)])


def trained(
    texts: Sequence[str], truth: np.ndarray, reported: np.ndarray, size: int, seed: int
) -> np.ndarray:
    """Trains on `size` labels, again and again, and predicts the held-out reported texts.

    Returns:
        int `[NUM_REPEATS, num_texts]`, `NOT_JUDGED` for texts outside the reported half and
        for those that were trained on.
    """
    rows = np.asarray(texts, dtype=object)
    predicted = np.full((NUM_REPEATS, len(texts)), classification.NOT_JUDGED)
    for repeat in range(NUM_REPEATS):
        # Never the seed of the halves: the draws have nothing to do with them.
        draw = HALVES_SEED + 1 + seed * NUM_REPEATS + repeat
        train, rest = train_test_split(
            np.arange(len(texts)), train_size=size, stratify=truth, random_state=draw
        )
        test = np.intersect1d(rest, reported)
        classifier = tfidf_classifier().fit(rows[train], truth[train])
        predicted[repeat, test] = classifier.predict(rows[test])
    return predicted


def run(data: Path, models: readers.Models, seed: int) -> str:
    """The part's tables, in Markdown."""
    frame = pd.read_csv(data / FILE)
    texts = frame["reviews"].str.strip().tolist()
    truth = frame["Type Of Traveller"].map(CLASSES.index).to_numpy()
    chosen, reported = halves(truth)
    scores = zero_shot(texts, models, Taxonomy.load(str(TAXONOMY)))

    runs = {name: values.argmax(axis=1)[None] for name, values in scores.items()}
    majority = DummyClassifier().fit(truth[chosen][:, None], truth[chosen])
    runs["majority"] = majority.predict(truth[:, None])[None]
    for size in TRAIN_SIZES:
        runs[f"TF-IDF + logistic regression, {size} labels"] = trained(
            texts, truth, reported, size, seed
        )
    counts = classification.resample_counts(len(reported), 1000, seed)

    def resampled(runs_of: np.ndarray) -> np.ndarray:
        return classification.resampled_scores(
            truth[reported], runs_of[:, reported], len(CLASSES), counts
        )

    return "\n\n".join(
        [
            f"{len(texts)} reviews; figures of the {len(reported)} that nothing was chosen on; "
            f"trained baselines: {NUM_REPEATS} stratified draws of labels from all reviews, tested "
            "on the reported ones not drawn.",
            _figures(runs, resampled),
            "Zero-shot minus trained, on the same texts run by run:",
            _comparisons(runs, resampled),
            "On the half that the choices were made on: " + _chosen_half(scores, truth, chosen),
        ]
    )


def _figures(runs: Mapping[str, np.ndarray], resampled) -> str:  # type: ignore[no-untyped-def]
    rows = [[name, *map(str, classification.scores(resampled(run)))] for name, run in runs.items()]
    return table(["", "accuracy [95%]", "macro-F1 [95%]"], rows)


def _comparisons(runs: Mapping[str, np.ndarray], resampled) -> str:  # type: ignore[no-untyped-def]
    rows = []
    for size in TRAIN_SIZES:
        other = runs[f"TF-IDF + logistic regression, {size} labels"]
        for name in (readers.SCORE, readers.ENCODE):
            same = np.where(other == classification.NOT_JUDGED, other, runs[name])
            difference = resampled(same) - resampled(other)
            figures = classification.scores(difference)
            rows.append(
                [
                    f"{name} minus {size} labels",
                    *(figure.signed for figure in figures),
                    f"{classification.p_value(difference[1]):.3f}",
                ]
            )
    return table(["", "accuracy [95%]", "macro-F1 [95%]", "p (macro-F1)"], rows)


def _chosen_half(scores: Mapping[str, np.ndarray], truth: np.ndarray, chosen: np.ndarray) -> str:
    parts = []
    for name, values in scores.items():
        confusion = np.zeros((len(CLASSES), len(CLASSES)))
        np.add.at(confusion, (truth[chosen], values.argmax(axis=1)[chosen]), 1)
        accuracy, macro_f1 = classification.confusion_scores(confusion)
        parts.append(f"{name} {accuracy:.3f} / {macro_f1:.3f}")
    return "; ".join(parts) + " (accuracy / macro-F1)."
