"""The precision that layers compute in; their variables stay float32."""

import contextlib
from collections.abc import Iterator
from typing import Literal

import tensorflow as tf

Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]


@contextlib.contextmanager
def precision_scope(precision: Precision) -> Iterator[None]:
    """Layers made inside compute in this precision (Micikevicius et al., 2018).

    Keras keeps the precision of new layers in one place for the whole process; it is put back at
    the end.
    """
    policies = tf.keras.mixed_precision
    before = policies.global_policy()
    policies.set_global_policy(precision)
    try:
        yield
    finally:
        policies.set_global_policy(before)
