"""Matrix factorisation: an embedding for each user and each item."""

from lmmrec_tfrs.backbones.backbone import Towers
from lmmrec_tfrs.backbones.id_encoder import IdEncoder


def matrix_factorization(
    num_users: int, num_items: int, dimension: int, initial_stddev: float = 0.05
) -> Towers:
    """Makes the backbone (Koren et al., 2009).

    Args:
        num_users: how many users have an embedding of their own.
        num_items: how many items do.
        dimension: the width of the embeddings.
        initial_stddev: standard deviation of the embeddings' initial values.

    Returns:
        Two encoders with a table each.
    """
    return Towers(
        dimension,
        IdEncoder(num_users, dimension, initial_stddev, name="user_encoder"),
        IdEncoder(num_items, dimension, initial_stddev, name="item_encoder"),
    )
