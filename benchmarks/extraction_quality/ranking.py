"""How well motivations are ranked, where a text or an owner has a set of true ones."""

import numpy as np

from lmmrec_tfrs.evaluation.bootstrap import paired_bootstrap
from lmmrec_tfrs.evaluation.metrics import ndcg_at_k, recall_at_k

from .tables import Estimate


def ranked_hits(scores: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Whether what stands at each rank is true.

    Args:
        scores: `[num_texts, num_motivations]`; larger is better, the first one wins a tie.
        relevant: bool of the same shape.

    Returns:
        bool of the same shape, best rank first.
    """
    order = np.argsort(-scores, axis=1, kind="stable")
    return np.take_along_axis(relevant, order, axis=1)


def precision_at_k(hits: np.ndarray, k: int) -> np.ndarray:
    """The share of true ones among the first k, float64 `[num_texts]`.

    >>> precision_at_k(np.array([[True, False, True]]), 2)
    array([0.5])
    """
    return np.asarray(hits[:, :k].mean(axis=1), dtype=np.float64)


def hit_at_k(hits: np.ndarray, k: int) -> np.ndarray:
    """Whether any of the first k is true, float64 `[num_texts]`."""
    return np.asarray(hits[:, :k].any(axis=1), dtype=np.float64)


def metrics(scores: np.ndarray, relevant: np.ndarray) -> dict[str, np.ndarray]:
    """The metrics of each text; every text has something true.

    Returns:
        float64 `[num_texts]` by name.
    """
    hits, count = ranked_hits(scores, relevant), relevant.sum(axis=1)
    return {
        "top-1": precision_at_k(hits, 1),
        "hit@3": hit_at_k(hits, 3),
        "precision@3": precision_at_k(hits, 3),
        "recall@3": recall_at_k(hits, count, 3),
        "nDCG@5": ndcg_at_k(hits, count, 5),
    }


def random_metrics(relevant: np.ndarray, seed: int, draws: int = 200) -> dict[str, np.ndarray]:
    """The metrics of a random order, averaged over draws."""
    rng = np.random.default_rng(seed)
    drawn = [metrics(rng.random(relevant.shape), relevant) for _ in range(draws)]
    return {name: np.mean([draw[name] for draw in drawn], axis=0) for name in drawn[0]}


def popularity_scores(relevant: np.ndarray) -> np.ndarray:
    """For each text how often each motivation is true of the other texts."""
    return np.asarray(relevant.sum(axis=0) - relevant, dtype=np.float64)


def mean_estimate(values: np.ndarray, seed: int) -> Estimate:
    """The mean over texts with its bootstrap interval."""
    result = paired_bootstrap(values, np.zeros_like(values), seed=seed)
    return Estimate(result.difference, result.low, result.high)
