"""A search space in KerasTuner's terms."""

from collections.abc import Mapping

from keras_tuner import HyperParameters

from lmmrec_tfrs.tuning.config import SearchDimension


def to_hyperparameters(space: Mapping[str, SearchDimension]) -> HyperParameters:
    """Declares every dimension.

    Args:
        space: what `lmmrec_tfrs.tuning.space.checked_space` returned.

    Returns:
        KerasTuner's container, a hyper-parameter of the same name for each dimension.
    """
    hyperparameters = HyperParameters()
    for name, dimension in space.items():
        if not dimension.values:
            declare = hyperparameters.Int if type(dimension.min) is int else hyperparameters.Float
            declare(name, dimension.min, dimension.max, sampling=dimension.sampling)
        elif isinstance(dimension.values[0], bool):
            # A Choice would turn them into 0 and 1.
            hyperparameters.Boolean(name)
        else:
            hyperparameters.Choice(name, list(dimension.values))
    return hyperparameters
