"""Which clusters are motivations, and which are junk."""

import collections
from collections.abc import Callable, Sequence

import numpy as np

from lmmrec_tfrs.motivation.induction.config import InductionConfig
from lmmrec_tfrs.motivation.induction.naming import Phrase

# Reasons and other matters, in words of no domain: what a cluster's central clauses are nearer to.
REASONS = (
    "I wanted something to do together with my friends.",
    "It makes me feel calm and happy.",
    "It is perfect for relaxing after a long day.",
    "If you enjoy this kind of thing, you will love it.",
    "It looks beautiful and I love the style.",
    "I needed it for a special occasion.",
    "I keep coming back because there is always more to discover.",
    "It reminds me of my childhood.",
    "I love the challenge and getting better at it.",
    "You can create whatever you want.",
    "A lot for little money, great value.",
    "I love how it sounds.",
    "The story is wonderful.",
)
OTHER_MATTERS = (
    "I recommend it, buy it now.",
    "It is the best ever, ten out of ten.",
    "It does not work and crashes all the time.",
    "The delivery was late and the box was damaged.",
    "I have only just started and will update my review.",
    "Customer service never answered.",
    "It came out last year, made by the same company.",
    "They should fix the bugs and problems.",
    "Thank you, good job.",
    "I do not know what to say.",
    "In my opinion it is good.",
)
_MIN_CENTRALITY = 0.5


def motivational_lean(vectors: np.ndarray, encode: Callable[[list[str]], np.ndarray]) -> float:
    """How much nearer some clauses are to reasons than to other matters, on average.

    Args:
        vectors: unit vectors of clauses, float32 `[num_clauses, dimension]`.
        encode: gives the unit vectors of sentences.
    """
    reasons = np.sort(vectors @ encode(list(REASONS)).T, axis=1)[:, -2:].mean(axis=1)
    others = np.sort(vectors @ encode(list(OTHER_MATTERS)).T, axis=1)[:, -2:].mean(axis=1)
    return float(np.mean(reasons - others))


def junk_reason(
    phrases: Sequence[Phrase], item_ids: Sequence[str], lean: float, config: InductionConfig
) -> str | None:
    """Why a cluster is no motivation; None where it is one.

    Args:
        phrases: of the cluster, the best first.
        item_ids: of its clauses; "" where unknown.
        lean: how its central clauses lean, see `motivational_lean`.
        config: how small and how one-sided a cluster may be.
    """
    if len(item_ids) < config.min_cluster_size:
        return "too small"
    known = collections.Counter(item_id for item_id in item_ids if item_id)
    if known and max(known.values()) > config.max_item_share * len(item_ids):
        return "about one item"
    if not phrases or max(p.centrality for p in phrases) < _MIN_CENTRALITY:
        return "no theme"
    return "no reason" if lean < config.min_lean else None
