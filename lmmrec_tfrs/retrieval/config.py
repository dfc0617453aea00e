"""The settings of the retrieval index."""

import math

from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig


class RetrievalConfig(FrozenConfig):
    """How the ScaNN index is built, tuned and gated."""

    brute_force_below: int = Field(
        1000, ge=0, description="Catalogues of fewer items are searched exactly, inside ScaNN."
    )
    num_leaves: int | None = Field(
        None, ge=1, description="Leaves of the partition tree; none: the square root of the items."
    )
    leaves_to_search: int | None = Field(
        None,
        ge=1,
        description="Leaves searched for a query to begin with; none: a tenth. Doubled, up to all "
        "leaves, until `minimum_recall` is reached.",
    )
    reorder_candidates: int = Field(
        200,
        ge=1,
        description="Candidates scored again exactly, to begin with. Doubled after the leaves.",
    )
    dimensions_per_block: int = Field(
        2, ge=1, description="Dimensions quantised together: more is smaller, and less exact."
    )
    training_iterations: int = Field(
        12, ge=1, le=1000, description="Iterations of k-means that build the tree."
    )
    minimum_recall: float = Field(
        0.95,
        ge=0.0,
        le=1.0,
        description="The gate: the least recall against exact search that is accepted.",
    )
    recall_at: int = Field(20, ge=1, description="The length of list on which recall is measured.")
    recall_queries: int = Field(
        1000, ge=1, description="Users sampled, at most, to measure recall on."
    )
    reasons_per_item: int = Field(
        3, ge=1, le=100, description="Motivations returned with each recommended item."
    )
    verification_timeout_seconds: int = Field(
        900, ge=1, description="How long the fresh process that verifies the index may take."
    )
    seed: int = Field(
        0, ge=0, description="Seeds the sample of users. (ScaNN's own training takes no seed.)"
    )

    def leaves_for(self, num_items: int) -> int:
        """The number of leaves to partition a catalogue into.

        >>> RetrievalConfig().leaves_for(10_000)
        100
        """
        return min(self.num_leaves or max(1, round(math.sqrt(num_items))), num_items)
