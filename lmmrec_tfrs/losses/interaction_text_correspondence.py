"""Teaches which behaviour belongs to which text by a slower copy of the model."""

import tensorflow as tf

from lmmrec_tfrs.losses.pairs_in_batch import comparable, masked_cosines
from lmmrec_tfrs.losses.symmetric_softmax import symmetric_divergence

# The interaction side and the text side of a batch of owners.
Sides = tuple[tf.Tensor, tf.Tensor]


def interaction_text_correspondence(
    student: Sides,
    teacher: Sides,
    owners: tf.Tensor,
    valid: tf.Tensor,
    temperature: float = 0.2,
    teacher_temperature: float | None = None,
) -> tf.Tensor:
    """The mean KL(teacher ‖ student) of the soft correspondences across the batch.

    A correspondence is softmax(cos(eᵢ, tⱼ) / τ), over the texts j for each behaviour i and the
    other way about. Its targets are soft: owners whose texts resemble each other share
    them, where InfoNCE would push all but one away (momentum distillation, Li et al., 2021,
    ALBEF; a teacher that is a moving average, Tarvainen and Valpola, 2017). No gradient flows
    to the teacher. Rows of the same owner are not compared with each other, and rows that are
    not valid with none.

    Args:
        student: interactions e and texts t, float32 `[batch, dimension]` each.
        teacher: the same of the teacher, of any dimension.
        owners: int64 `[batch]`, whose sides they are.
        valid: bool `[batch]`, who has both sides.
        temperature: what the student's cosines are divided by.
        teacher_temperature: what the teacher's are divided by, less to make its targets
            sharper; None for the same.

    Returns:
        float32 scalar, the mean over valid rows and both directions; 0 where none is valid.

    Raises:
        ValueError: the inputs have other shapes, or `valid` another dtype.

    Example: a teacher of the same opinion has nothing to teach.

    >>> sides = (tf.constant([[1.0, 0.0], [0.0, 1.0]]), tf.constant([[1.0, 2.0], [0.0, 1.0]]))
    >>> owners, valid = tf.constant([0, 1]), tf.constant([True, True])
    >>> float(interaction_text_correspondence(sides, sides, owners, valid))
    0.0
    """
    if teacher_temperature is None:
        teacher_temperature = temperature
    pairs = comparable(owners, valid)
    student_logits = masked_cosines(*student, valid, pairs, 1.0 / temperature)
    interactions, texts = (tf.stop_gradient(side) for side in teacher)
    teacher_logits = masked_cosines(interactions, texts, valid, pairs, 1.0 / teacher_temperature)
    return symmetric_divergence(student_logits, teacher_logits, tf.cast(valid, tf.float32))
