"""Accuracy and macro-F1, and their percentile bootstrap over texts.

A classifier may be trained several times, each time on other texts, and then judges only those
texts that it was not trained on. `predicted` therefore has a row for each run; -1 marks a text
that the run does not judge. What was never trained has a single row.
"""

from typing import NamedTuple

import numpy as np

from .tables import Estimate

NOT_JUDGED = -1


class Scores(NamedTuple):
    """Both figures of a classifier."""

    accuracy: Estimate
    macro_f1: Estimate


def confusion_scores(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Accuracy and macro-F1 of confusion matrices.

    A class that is neither true nor predicted is left out of the mean, as in scikit-learn.

    Args:
        confusion: counts, `[..., num_classes (true), num_classes (predicted)]`.

    Returns:
        Accuracy and macro-F1, float64 `[...]`.

    >>> accuracy, macro_f1 = confusion_scores(np.array([[2, 1], [0, 1]]))
    >>> float(accuracy), round(float(macro_f1), 4)  # the two F1 are 4/5 and 2/3
    (0.75, 0.7333)
    """
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    sizes = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    f1 = 2 * hits / np.maximum(sizes, 1)
    accuracy = hits.sum(axis=-1) / np.maximum(confusion.sum(axis=(-2, -1)), 1)
    return accuracy, f1.sum(axis=-1) / np.maximum((sizes > 0).sum(axis=-1), 1)


def resample_counts(num_texts: int, samples: int, seed: int) -> np.ndarray:
    """How often each text is drawn: first every text once, then resamples of them.

    Returns:
        int64 `[samples + 1, num_texts]`.
    """
    draws = np.random.default_rng(seed).integers(num_texts, size=(samples, num_texts))
    counts = np.stack([np.bincount(draw, minlength=num_texts) for draw in draws])
    return np.concatenate([np.ones((1, num_texts), dtype=np.int64), counts])


def resampled_scores(
    truth: np.ndarray, predicted: np.ndarray, num_classes: int, counts: np.ndarray
) -> np.ndarray:
    """Accuracy and macro-F1 in each resample, averaged over the runs.

    Args:
        truth: int `[num_texts]`.
        predicted: int `[num_runs, num_texts]`, `NOT_JUDGED` where a run does not judge.
        num_classes: how many classes there are.
        counts: what `resample_counts` returns.

    Returns:
        float64 `[2, samples + 1]`; the first column is the figure itself.
    """
    total = np.zeros((2, len(counts)))
    for run in np.atleast_2d(predicted):
        judged = run != NOT_JUDGED
        cells = truth[judged] * num_classes + run[judged]
        one_hot = np.eye(num_classes**2)[cells]
        confusion = (counts[:, judged] @ one_hot).reshape(-1, num_classes, num_classes)
        total += np.stack(confusion_scores(confusion))
    return total / len(np.atleast_2d(predicted))


def estimate(resampled: np.ndarray) -> Estimate:
    """The figure in the first place, and the middle 95% of the others."""
    low, high = np.quantile(resampled[1:], [0.025, 0.975])
    return Estimate(float(resampled[0]), float(low), float(high))


def scores(resampled: np.ndarray) -> Scores:
    """Both figures of what `resampled_scores` returns, or of a difference of two such."""
    return Scores(estimate(resampled[0]), estimate(resampled[1]))


def p_value(differences: np.ndarray) -> float:
    """Two-sided, of a difference that is 0: resamples on the rarer side of it, doubled."""
    resampled = differences[1:]
    fewer = min((resampled <= 0).sum(), (resampled >= 0).sum())
    return float(min(1.0, 2 * (1 + fewer) / (len(resampled) + 1)))
