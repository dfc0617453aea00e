"""The losses between behaviour and text are float32, whatever the precision of the model."""

from collections.abc import Callable

import pytest
import tensorflow as tf

from lmmrec_tfrs.layers import (
    ContrastiveAlignment,
    InteractionTextCorrespondence,
    MotivationCoordination,
)
from lmmrec_tfrs.training.precision import precision_scope

# Eight bits would make one and the same of the first side's rows.
FIRST = tf.constant([[1.0, 0.999], [0.999, 1.0]])
SECOND = tf.eye(2)
OWNERS, VALID = tf.constant([0, 1]), tf.constant([True, True])


def _alignment() -> tf.Tensor:
    return ContrastiveAlignment(temperature=0.01)((FIRST, SECOND), OWNERS, VALID)


def _coordination() -> tf.Tensor:
    layer = MotivationCoordination(temperature=0.01)
    return layer((FIRST, FIRST, SECOND), tf.identity, OWNERS, has_halves=VALID, valid=VALID)


def _correspondence() -> tf.Tensor:
    layer = InteractionTextCorrespondence(temperature=0.01)
    return layer((FIRST, SECOND), (SECOND, SECOND), OWNERS, VALID)


@pytest.mark.parametrize("loss", [_alignment, _coordination, _correspondence])
def test_is_float32_whatever_the_models_precision(loss: Callable[[], tf.Tensor]):
    exact = loss()
    with precision_scope("mixed_bfloat16"):
        value = loss()
    assert value.dtype == tf.float32
    assert float(value) == pytest.approx(float(exact), rel=1e-6)
