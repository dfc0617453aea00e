"""Reads the trainer's channels: what the other components made, joined for training."""

import os

import tensorflow as tf
import tensorflow_transform as tft

from lmmrec_tfrs.data import columns, example_files, file_names
from lmmrec_tfrs.motivation.taxonomy import Taxonomy
from lmmrec_tfrs.training.data import TrainingData, build_training_data
from lmmrec_tfrs.training.index_pairs import read_index_pairs


def read_training_data(
    examples: str, transform_graph: str, catalogue: str, motivations: str
) -> TrainingData:
    """Joins vocabularies, events, catalogue and motivations.

    Args:
        examples: URI of the events as Transform wrote them, splits `train` and `validation`.
        transform_graph: URI of Transform's output, which holds the vocabularies.
        catalogue: URI of the items, split `catalogue`.
        motivations: URI of the motivations, splits `users` and `items`, and their taxonomy.

    Returns:
        Tables and pairs of rows.

    Raises:
        FileNotFoundError: a split is missing.
        ValueError: see `build_training_data`.
    """
    graph = tft.TFTransformOutput(transform_graph)
    train = read_index_pairs(examples, columns.TRAIN)
    return build_training_data(
        user_vocabulary=_vocabulary(graph, columns.USER_ID),
        item_vocabulary=_vocabulary(graph, columns.ITEM_ID),
        train_pairs=train.pairs,
        validation_pairs=read_index_pairs(examples, columns.VALIDATION).pairs,
        catalogue=example_files.read_catalogue(catalogue),
        user_motivations=example_files.read_owner_motivations(motivations, columns.USERS),
        item_motivations=example_files.read_owner_motivations(motivations, columns.ITEMS),
        train_timestamps=train.timestamps,
        review_motivations=example_files.read_review_motivations(motivations),
        motivation_names=_motivation_names(motivations),
    )


def _motivation_names(motivations: str) -> tuple[str, ...]:
    """The names of the motivations; none where their taxonomy does not lie with them."""
    path = os.path.join(motivations, file_names.TAXONOMY)
    return Taxonomy.load(path).names if tf.io.gfile.exists(path) else ()


def _vocabulary(graph: tft.TFTransformOutput, name: str) -> list[str]:
    """The ids in the order of their indices."""
    return [tf.compat.as_text(identifier) for identifier in graph.vocabulary_by_name(name)]
