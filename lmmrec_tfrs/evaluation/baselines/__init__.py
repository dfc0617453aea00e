"""The baselines that every model is put beside. All are fitted on the training split only.

A user without training interactions gets the most popular items from each of them, and items
without any come after all others: both are what one would do in practice.
"""

from lmmrec_tfrs.extras import named_extra

with named_extra("lmmrec_tfrs.evaluation.baselines", "evaluate"):
    from lmmrec_tfrs.evaluation.baselines.choice import FittedBaseline, fit_baselines
    from lmmrec_tfrs.evaluation.baselines.ease import Ease
    from lmmrec_tfrs.evaluation.baselines.implicit_als import ImplicitAls
    from lmmrec_tfrs.evaluation.baselines.item_knn import ItemKnn
    from lmmrec_tfrs.evaluation.baselines.most_popular import MostPopular

__all__ = ["Ease", "FittedBaseline", "ImplicitAls", "ItemKnn", "MostPopular", "fit_baselines"]
