"""What LMMRec minimises: the retrieval loss, and the losses between behaviour and motivations."""

from lmmrec_tfrs.extras import named_extra

with named_extra("lmmrec_tfrs.objectives", "train"):
    from lmmrec_tfrs.objectives.motivation import MotivationObjective
    from lmmrec_tfrs.objectives.retrieval import RetrievalObjective

__all__ = ["MotivationObjective", "RetrievalObjective"]
