"""Makes the tables, and the model, of events in a `tf.data`."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lmmrec_tfrs.backbones.backbone import Backbone
from lmmrec_tfrs.backbones.registry import prepare_data
from lmmrec_tfrs.data import records
from lmmrec_tfrs.model import LMMRec
from lmmrec_tfrs.training.build import build_model
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.data import TrainingData, build_training_data
from lmmrec_tfrs.training.events import Events, read_events
from lmmrec_tfrs.training.motivations import Motivations, TextReader, read_motivations


def data_from_events(
    events: tf.data.Dataset,
    motivations: TextReader | Motivations | None = None,
    catalogue: Iterable[records.Item] = (),
    validation_events: tf.data.Dataset | None = None,
) -> TrainingData:
    """What `fit.train` trains on, of events in a `tf.data`.

    Args:
        events: the train split; see `events.read_events`.
        motivations: what reads the texts of events and catalogue, or what was read before; None
            for behaviour alone.
        catalogue: items that can be recommended beside those of the events, and what is known of
            any.
        validation_events: what training is stopped by. Their texts are not read.

    Returns:
        Tables and pairs.

    Raises:
        ValueError: the events cannot be used, or a reader is given and there is no text.
        TypeError: the motivations are neither a reader nor `Motivations`.
    """
    train, catalogue = read_events(events), list(catalogue)
    known = _known(motivations, train, catalogue)
    users, items = sorted(set(train.user_ids)), sorted(set(train.item_ids))
    nothing = Events((), ())
    validation = nothing if validation_events is None else read_events(validation_events)
    return build_training_data(
        users,
        items,
        _pairs(train, users, items),
        _pairs(validation, users, items),
        catalogue,
        known.users,
        known.items,
        train.timestamps,
        known.reviews,
        known.names,
    )


def model_from_events(
    events: tf.data.Dataset,
    config: TrainingConfig | None = None,
    motivations: TextReader | Motivations | None = None,
    catalogue: Iterable[records.Item] = (),
    backbone: Backbone | Callable[[TrainingData], Backbone] | None = None,
) -> LMMRec:
    """An untrained model of events; see `LMMRec.from_events`."""
    config = config or TrainingConfig()
    if config.use_text is False:
        motivations = None
    elif motivations is None:
        raise ValueError(
            "expected motivations, received none: give a MotivationReader, which reads the events' "
            "texts, or Motivations that were read before; or train on behaviour alone with "
            "TrainingConfig(use_text=False)."
        )
    data = data_from_events(events, motivations, catalogue)
    data = prepare_data(data, config.backbone)
    return build_model(data, config, backbone(data) if callable(backbone) else backbone)


def _known(
    motivations: TextReader | Motivations | None, train: Events, catalogue: Sequence[records.Item]
) -> Motivations:
    if motivations is None or isinstance(motivations, Motivations):
        return motivations or Motivations()
    if not isinstance(motivations, TextReader):
        raise TypeError(
            "expected motivations as a reader, which has a method read(texts), or as Motivations, "
            f"received a {type(motivations).__name__}."
        )
    return read_motivations(motivations, train, catalogue)


def _pairs(events: Events, users: Sequence[str], items: Sequence[str]) -> NDArray[np.int64]:
    """int64 `[num_events, 2]`; who or what is not in a vocabulary has the index after it."""
    columns = []
    for ids, vocabulary in ((events.user_ids, users), (events.item_ids, items)):
        index_of = {identifier: index for index, identifier in enumerate(vocabulary)}
        columns.append([index_of.get(identifier, len(vocabulary)) for identifier in ids])
    return np.array(columns, np.int64).T
