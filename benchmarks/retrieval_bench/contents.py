"""What a prepared data set holds, told apart from others and not from itself prepared anew."""

import numpy as np
from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig

from .bench_data import BenchData

# Another encoder, taxonomy or way of reading moves the mean weights by more than this, other
# batches of the same encoder by much less.
_TOLERANCE = 1e-3


class Contents(FrozenConfig):
    """What a data set holds, up to the last digits of what was read from its texts.

    These digits hang on the batches in which texts are encoded, so that `BenchData.digest` is
    another one whenever a data set is prepared anew.
    """

    digest: str = Field(description="Of events, times, catalogue, and who has how many texts.")
    motivations: tuple[float, ...] = Field(
        description="The mean weight of each motivation over users, and over items."
    )

    def same_as(self, other: "Contents") -> bool:
        """Whether two are of the same data, read in the same way."""
        return (
            self.digest == other.digest
            and len(self.motivations) == len(other.motivations)
            and bool(np.allclose(self.motivations, other.motivations, rtol=0, atol=_TOLERANCE))
        )


def contents_of(data: BenchData) -> Contents:
    """The contents of a data set, whatever the order of its records."""
    state = data.hashed_events()
    reviews = sorted((review.user_id, review.item_id) for review in data.review_motivations)
    state.update(repr(reviews).encode("utf-8"))
    means: list[float] = []
    for owners in (data.user_motivations, data.item_motivations):
        for owner in sorted(owners, key=lambda record: record.owner_id):
            cold = owner.cold.text_count if owner.cold is not None else None
            state.update(f"{owner.owner_id}\0{owner.text_count}\0{cold}\n".encode())
        if owners:
            weights = np.stack([owner.weights for owner in owners]).astype(np.float64)
            means += weights.mean(axis=0).round(6).tolist()
    return Contents(digest=state.hexdigest()[:16], motivations=tuple(means))
