"""How much the language model weighs beside the encoder, fitted on labelled texts."""

import dataclasses
import itertools
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from lmmrec_tfrs.motivation.calibration import Moments, standardise

WEIGHTS = tuple(np.linspace(0.0, 1.0, 21).round(2).tolist())
TEMPERATURES = tuple(np.geomspace(0.1, 4.0, 17).round(4).tolist())


@dataclasses.dataclass(frozen=True)
class RankQuality:
    """How often a labelled motivation comes first, and among the first three."""

    top_1: float
    hit_at_3: float


@dataclasses.dataclass(frozen=True)
class FittedCombination:
    """A fitted combination, and what it is worth.

    Attributes:
        language_model_weight: for `ExtractionConfig.language_model_weight`.
        temperature: for `ExtractionConfig.temperature`.
        encoder: quality of the encoder alone.
        language_model: quality of the language model alone.
        equal_average: quality of both with the same weight.
        fitted: quality of the fitted weight on texts that it was not fitted on, by
            cross-validation.
        num_texts: labelled texts.
        seed: of the folds.
    """

    language_model_weight: float
    temperature: float
    encoder: RankQuality
    language_model: RankQuality
    equal_average: RankQuality
    fitted: RankQuality
    num_texts: int
    seed: int


def fit_language_model_weight(
    similarity: np.ndarray,
    likelihood: np.ndarray,
    labels: Sequence[AbstractSet[int]],
    num_folds: int = 5,
    seed: int = 0,
) -> FittedCombination:
    """Fits weight and temperature to the labels' likelihood (log loss).

    Both models' scores are centred on their means over all texts, with labels or without, so
    that the texts should be those of a corpus. The grids are `WEIGHTS` and `TEMPERATURES`.

    Args:
        similarity: the encoder's, float `[num_texts, num_motivations]`.
        likelihood: the language model's, of the same shape.
        labels: for each text the indices of its motivations; an empty set where it has no
            label.
        num_folds: of the cross-validation.
        seed: of the folds.

    Raises:
        ValueError: shapes differ, a label is out of range, or there are too few labels.

    >>> rng = np.random.default_rng(0)
    >>> noise, truth = rng.normal(size=(40, 4)), rng.integers(0, 4, 40)
    >>> told = noise + 9 * np.eye(4)[truth]
    >>> fit = fit_language_model_weight(noise, told, [{int(k)} for k in truth])
    >>> fit.language_model_weight, fit.language_model.top_1
    (1.0, 1.0)
    """
    truth = _truth(similarity, likelihood, labels, num_folds)
    both = [standardise(x, Moments.of(x)) for x in (similarity, likelihood)]
    combined = {weight: _combine(both[0], both[1], weight) for weight in WEIGHTS}
    labelled = np.flatnonzero(truth.any(axis=1))
    folds = np.array_split(np.random.default_rng(seed).permutation(labelled), num_folds)
    held_out = np.zeros_like(both[0])
    for fold in folds:
        weight, _ = _best(combined, truth, np.setdiff1d(labelled, fold))
        held_out[fold] = combined[weight][fold]
    weight, temperature = _best(combined, truth, labelled)

    def quality(scores: np.ndarray) -> RankQuality:
        return _quality(scores[labelled], truth[labelled])

    return FittedCombination(
        language_model_weight=weight,
        temperature=temperature,
        encoder=quality(both[0]),
        language_model=quality(both[1]),
        equal_average=quality(combined[0.5]),
        fitted=quality(held_out),
        num_texts=len(labelled),
        seed=seed,
    )


def _truth(
    similarity: np.ndarray,
    likelihood: np.ndarray,
    labels: Sequence[AbstractSet[int]],
    num_folds: int,
) -> np.ndarray:
    if similarity.ndim != 2 or similarity.shape != likelihood.shape:
        raise ValueError(
            "expected similarity and likelihood of one shape [num_texts, num_motivations], "
            f"received {similarity.shape} and {likelihood.shape}."
        )
    if len(labels) != len(similarity):
        raise ValueError(f"expected {len(similarity)} sets of labels, received {len(labels)}.")
    num_texts, num_motivations = similarity.shape
    truth = np.zeros((num_texts, num_motivations), dtype=bool)
    for row, indices in enumerate(labels):
        for index in indices:
            if not 0 <= index < num_motivations:
                raise ValueError(
                    f"expected labels in [0, {num_motivations}), received {index} for text {row}."
                )
            truth[row, index] = True
    num_labelled = int(truth.any(axis=1).sum())
    if not 2 <= num_folds <= num_labelled:
        raise ValueError(
            f"expected at least as many labelled texts as folds, and two folds; received "
            f"{num_labelled} labelled texts and {num_folds} folds."
        )
    return truth


def _combine(similarity: np.ndarray, likelihood: np.ndarray, weight: float) -> np.ndarray:
    """The weighted average, standardised again: averages vary less than what they average."""
    average = weight * likelihood + (1 - weight) * similarity
    return standardise(average, Moments.of(average))


def _best(
    combined: dict[float, np.ndarray], truth: np.ndarray, rows: np.ndarray
) -> tuple[float, float]:
    """The weight and the temperature of least log loss; the first of equals."""
    return min(
        itertools.product(WEIGHTS, TEMPERATURES),
        key=lambda pair: _log_loss(combined[pair[0]][rows] / pair[1], truth[rows]),
    )


def _log_loss(logits: np.ndarray, truth: np.ndarray) -> float:
    """Mean of -log of the probability that falls on the labels."""
    everything = np.logaddexp.reduce(logits, axis=1)
    labelled = np.logaddexp.reduce(np.where(truth, logits, -np.inf), axis=1)
    return float(np.mean(everything - labelled))


def _quality(scores: np.ndarray, truth: np.ndarray) -> RankQuality:
    best = np.where(truth, scores, -np.inf).max(axis=1, keepdims=True)
    ranks = (scores > best).sum(axis=1)
    return RankQuality(float((ranks == 0).mean()), float((ranks < 3).mean()))
