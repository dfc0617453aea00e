"""Generators of random numbers whose state is a variable, so that a checkpoint holds it."""

import tensorflow as tf


def make_generator(seed: int | None = None) -> tf.random.Generator:
    """A generator for the draws of one layer.

    Made under a distribution strategy's scope, it draws other numbers on each replica. A layer
    that keeps it as an attribute has it in its checkpoints, but not among its weights: files of
    weights and exported models do without.

    Args:
        seed: int; None takes one from TensorFlow's global generator, so that two layers differ
            and `tf.random.set_seed` governs both.

    Returns:
        The generator.

    >>> first, second = make_generator(1), make_generator(1)
    >>> bool(first.uniform([]) == second.uniform([]))
    True
    """
    with tf.init_scope():
        if seed is None:
            seed = int(tf.random.uniform([], maxval=tf.int64.max, dtype=tf.int64))
        return tf.random.Generator.from_seed(seed)
