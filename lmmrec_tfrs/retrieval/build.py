"""From a trained model to a verified retrieval index."""

from collections.abc import Sequence

import numpy as np

from lmmrec_tfrs.configuration import FrozenConfig
from lmmrec_tfrs.retrieval import saved_model
from lmmrec_tfrs.retrieval.config import RetrievalConfig
from lmmrec_tfrs.retrieval.scann_index import InsufficientRecallError, build_scann_index
from lmmrec_tfrs.retrieval.signatures import RetrievalModule
from lmmrec_tfrs.retrieval.verify import FreshProcess, Verification


class IndexReport(FrozenConfig):
    """How an index was built and what it was measured to do.

    `recall_when_built` is what tuning saw; `verification.recall` was measured by a fresh
    process through the exported signature, and is the one that the gate looks at.
    """

    num_items: int
    num_known_items: int
    embedding_dimensions: int
    num_motivations: int
    exact: bool
    num_leaves: int
    leaves_to_search: int
    reorder_candidates: int
    build_seconds: float
    minimum_recall: float
    recall_when_built: float
    verification: Verification


def build_index(
    model_path: str,
    item_ids: Sequence[str],
    user_ids: Sequence[str],
    motivation_names: Sequence[str],
    output_path: str,
    config: RetrievalConfig,
) -> IndexReport:
    """Builds the index of a catalogue, exports it, and verifies it in a fresh process.

    Args:
        model_path: the SavedModel of the trainer, with `embed_query` and `embed_item`.
        item_ids: the catalogue; distinct ids.
        user_ids: users to measure the recall on; at most `config.recall_queries` are sampled.
        motivation_names: the taxonomy's K names, in order.
        output_path: the folder to write the SavedModel to.
        config: how to build it.

    Raises:
        InsufficientRecallError: the recall lies below `config.minimum_recall`.
        VerificationError: the exported index does not work in a fresh process.
        ValueError: there are no items or users, or they do not fit the model.
    """
    if not len(item_ids) or not len(user_ids):
        raise ValueError(
            f"expected items to index and users to measure recall on, received {len(item_ids)} "
            f"items and {len(user_ids)} users."
        )
    with FreshProcess() as fresh_process:
        model = saved_model.load_saved_model(model_path)
        sample = _sample(user_ids, config.recall_queries, config.seed)
        items = saved_model.embed_items(model, item_ids)
        queries = saved_model.embed_queries(model, sample)[saved_model.EMBEDDING]
        index = build_scann_index(items[saved_model.EMBEDDING], queries, config)
        RetrievalModule(
            model=model,
            index=index,
            item_ids=item_ids,
            item_motivation_weights=items[saved_model.MOTIVATION_WEIGHTS],
            motivation_names=motivation_names,
            reasons_per_item=config.reasons_per_item,
        ).export(output_path)
        verification = fresh_process.verify(
            output_path, item_ids, sample, config.recall_at, config.verification_timeout_seconds
        )
    if verification.recall < config.minimum_recall:
        raise InsufficientRecallError(
            f"expected the exported index to find at least {config.minimum_recall:.4f} of the "
            f"exact top {config.recall_at}, received {verification.recall:.4f} in a fresh process "
            f"({index.recall:.4f} when it was built): raise RetrievalConfig.leaves_to_search or "
            "reorder_candidates."
        )
    return IndexReport(
        num_items=len(item_ids),
        num_known_items=int(items[saved_model.KNOWN].sum()),
        embedding_dimensions=queries.shape[1],
        num_motivations=len(motivation_names),
        exact=index.num_leaves == 0,
        num_leaves=index.num_leaves,
        leaves_to_search=index.leaves_to_search,
        reorder_candidates=index.reorder_candidates,
        build_seconds=index.build_seconds,
        minimum_recall=config.minimum_recall,
        recall_when_built=index.recall,
        verification=verification,
    )


def _sample(user_ids: Sequence[str], size: int, seed: int) -> list[str]:
    """At most `size` of the distinct users, whatever order they came in."""
    distinct = sorted(set(user_ids))
    if len(distinct) <= size:
        return distinct
    chosen = np.random.default_rng(seed).choice(len(distinct), size, replace=False)
    return [distinct[place] for place in np.sort(chosen)]
