"""Places somebody by the items they had, whoever they are."""

import tensorflow as tf

from lmmrec_tfrs.layers import OwnerFeatures, owner_features
from lmmrec_tfrs.towers import IdentifiedTower


def embed_history(
    query: IdentifiedTower, items: OwnerFeatures, item_ids: tf.Tensor
) -> dict[str, tf.Tensor]:
    """The embeddings of histories, of users that train need not have seen.

    Ids that train has no interaction with, and "", are passed over.

    Args:
        query: the tower of users, whose owners have histories.
        items: the tables of the items.
        item_ids: string `[batch, length]`, oldest first, of any length.

    Returns:
        `embedding` float32 `[batch, dimension + 1]`, as of a user with this history and without
        an id or a text.
    """
    history = latest_known(
        items.rows_of(item_ids), items.num_embeddings, query.owners.history_length
    )
    nobody = tf.fill([tf.shape(item_ids)[0]], tf.constant(query.owners.unknown_row, tf.int64))
    seen = history != owner_features.PADDING
    features = {
        **query.owners.features_of(nobody),
        owner_features.HISTORY: history,
        owner_features.INTERACTION_COUNT: tf.reduce_sum(tf.cast(seen, tf.float32), axis=1),
    }
    return {"embedding": query.tower.scoring_vector(features, training=False)}


def latest_known(rows: tf.Tensor, num_embeddings: int, history_length: int) -> tf.Tensor:
    """The latest rows that have an embedding, in their order and aligned to the right.

    Args:
        rows: int64 `[batch, length]`, oldest first.
        num_embeddings: rows from this one on have none.
        history_length: how many are kept.

    Returns:
        int64 `[batch, history_length]`, -1 before the first.

    >>> rows = tf.constant([[4, 1, 9, 2, 9]], tf.int64)
    >>> latest_known(rows, num_embeddings=9, history_length=2).numpy()
    array([[1, 2]])
    >>> latest_known(rows, num_embeddings=9, history_length=4).numpy()
    array([[-1,  4,  1,  2]])
    """
    length = tf.shape(rows)[1]
    known = rows < num_embeddings
    # Those that are not known first, and otherwise the order as it was.
    place = tf.argsort(tf.cast(known, tf.int32) * length + tf.range(length)[tf.newaxis], axis=1)
    sorted_rows = tf.gather(
        tf.where(known, rows, owner_features.PADDING), place, axis=1, batch_dims=1
    )
    padded = tf.pad(
        sorted_rows, [[0, 0], [history_length, 0]], constant_values=owner_features.PADDING
    )
    latest = padded[:, -history_length:]
    return tf.ensure_shape(latest, [None, history_length])
