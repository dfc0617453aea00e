"""Losses, all means over the batch."""

from lmmrec_tfrs.extras import named_extra

with named_extra("lmmrec_tfrs.losses", "train"):
    from lmmrec_tfrs.losses.contrastive_alignment import contrastive_alignment
    from lmmrec_tfrs.losses.cross_batch_negatives import CrossBatchNegatives
    from lmmrec_tfrs.losses.full_softmax import full_softmax
    from lmmrec_tfrs.losses.interaction_text_correspondence import interaction_text_correspondence
    from lmmrec_tfrs.losses.sampled_softmax import log_expected_counts, sampled_softmax
    from lmmrec_tfrs.losses.streaming_frequency import StreamingFrequency

__all__ = [
    "CrossBatchNegatives",
    "StreamingFrequency",
    "contrastive_alignment",
    "full_softmax",
    "interaction_text_correspondence",
    "log_expected_counts",
    "sampled_softmax",
]
