"""The softmax over a sample of candidates, corrected for how they were sampled."""

import tensorflow as tf

from lmmrec_tfrs.losses.cross_entropy import mean_cross_entropy


def log_expected_counts(
    frequencies: tf.Tensor,
    batch_size: tf.Tensor,
    num_uniform: int = 0,
    num_candidates: int = 1,
) -> tf.Tensor:
    """How often a candidate is expected among the sampled ones, as a logarithm.

    Mixed negative sampling (Yang et al., 2020): the batch's own positives, drawn by their
    frequency, and `num_uniform` candidates drawn uniformly from the catalogue.

    Args:
        frequencies: float32 `[num_sampled]`, each candidate's share of the train pairs.
        batch_size: int scalar, how many positives were drawn by that share: the batch's, and
            those remembered from earlier batches.
        num_uniform: how many candidates were drawn uniformly.
        num_candidates: the size of the catalogue that they were drawn from.

    Returns:
        float32 `[num_sampled]`: log(batch_size · frequency + num_uniform / num_candidates).

    Example:

    >>> log_expected_counts(tf.constant([0.5]), tf.constant(4), 6, 3).numpy()  # log(2 + 2)
    array([1.3862944], dtype=float32)
    """
    in_batch = tf.cast(batch_size, frequencies.dtype) * frequencies
    expected = in_batch + num_uniform / num_candidates
    # Only a candidate that could not have been sampled has an expectation of zero.
    return tf.math.log(tf.maximum(expected, 1e-12))


def sampled_softmax(
    scores: tf.Tensor,
    candidate_rows: tf.Tensor,
    log_expected_count: tf.Tensor,
    temperature: float = 1.0,
) -> tf.Tensor:
    """The mean sampled softmax with logQ correction, accidental hits removed.

    Subtracting the logarithm of a candidate's expected count (Bengio and Senécal, 2008; Yi et
    al., 2019, for candidates that are the batch's positives) keeps popular articles, which
    are sampled often, from being pushed down for it. A sampled candidate that is the same
    article as the row's positive is no negative of it. Computed in float32.

    Args:
        scores: float `[batch, num_sampled]`; the positive of row i is column i, so
            `num_sampled >= batch`. The further columns may be candidates of any origin: drawn
            uniformly, or remembered from earlier batches (`CrossBatchNegatives`).
        candidate_rows: int64 `[num_sampled]`, which article each column is; a column whose row
            is negative holds none and is left out.
        log_expected_count: float32 `[num_sampled]`, see `log_expected_counts`.
        temperature: what the scores are divided by, before the correction.

    Returns:
        float32 scalar.

    Example: two rows whose positives are the same article have no negatives.

    >>> scores = tf.constant([[0.0, 5.0], [5.0, 0.0]])
    >>> float(sampled_softmax(scores, tf.constant([7, 7]), tf.zeros(2)))
    0.0
    """
    batch = tf.shape(scores)[0]
    sampled = tf.shape(scores)[1]
    logits = tf.cast(scores, tf.float32) / temperature - log_expected_count[tf.newaxis, :]
    columns = tf.range(sampled)[tf.newaxis, :]
    positives = tf.range(batch)[:, tf.newaxis]
    same_article = candidate_rows[tf.newaxis, :] == candidate_rows[:batch, tf.newaxis]
    accidental_hit = same_article & (columns != positives)
    empty = candidate_rows[tf.newaxis, :] < 0
    return mean_cross_entropy(logits, tf.range(batch), excluded=accidental_hit | empty)
