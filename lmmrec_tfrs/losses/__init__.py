"""Losses, all means over the batch."""

from lmmrec_tfrs.losses.contrastive_alignment import contrastive_alignment
from lmmrec_tfrs.losses.full_softmax import full_softmax
from lmmrec_tfrs.losses.sampled_softmax import log_expected_counts, sampled_softmax

__all__ = ["contrastive_alignment", "full_softmax", "log_expected_counts", "sampled_softmax"]
