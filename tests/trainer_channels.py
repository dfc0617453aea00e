"""Small artifacts of the trainer's inputs, made by a real tf.Transform run."""

import os
from pathlib import Path

import apache_beam as beam
import numpy as np
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from tensorflow_transform.tf_metadata import dataset_metadata, schema_utils
from tfx import types
from tfx.types import artifact_utils, standard_artifacts

from components.lmmrec_trainer import channels, preprocessing
from lmmrec_tfrs.data import columns, example_files, records
from tests.local_beam import local_pipeline

ARTIFACT_TYPES = {
    channels.EXAMPLES: standard_artifacts.Examples,
    channels.TRANSFORM_GRAPH: standard_artifacts.TransformGraph,
    channels.CATALOGUE: standard_artifacts.Examples,
    channels.MOTIVATIONS: standard_artifacts.Examples,
}
_SPECIFICATION = {
    columns.USER_ID: tf.io.FixedLenFeature([], tf.string),
    columns.ITEM_ID: tf.io.VarLenFeature(tf.string),
}


def write_channels(folder: Path) -> dict[str, str]:
    """Writes events, vocabularies, catalogue and motivations; returns their URIs by channel.

    There are twelve users and six items in train, one more item in the catalogue alone, and
    a validation split with a user and an item of its own.
    """
    uris = _transform(folder)
    for name in (channels.CATALOGUE, channels.MOTIVATIONS):
        uris[name] = str(folder / name)
    items = [records.Item(item, title=item) for item in ("i0", "i1", "only in the catalogue")]
    example_files.write_examples(
        uris[channels.CATALOGUE], columns.CATALOGUE, map(records.item_to_example, items)
    )
    owners = {
        columns.USERS: [f"ü{user}" for user in range(12)],
        columns.ITEMS: ["i0", "i1", "only in the catalogue"],
    }
    for split, ids in owners.items():
        motivations = [motivation_of(owner, seed) for seed, owner in enumerate(ids)]
        example_files.write_examples(
            uris[channels.MOTIVATIONS],
            split,
            map(records.owner_motivations_to_example, motivations),
        )
    reviews = [_review(f"ü{user}", f"i{item}") for user in range(3) for item in range(2)]
    example_files.write_examples(
        uris[channels.MOTIVATIONS],
        columns.REVIEWS,
        map(records.review_motivations_to_example, reviews),
    )
    return uris


def motivation_of(owner: str, seed: int) -> records.OwnerMotivations:
    """Random motivations, three wide, with a vector of five."""
    generator = np.random.default_rng(seed)
    return records.OwnerMotivations(
        owner,
        generator.random(3).astype(np.float32),
        generator.normal(size=5).astype(np.float32),
        text_count=2,
    )


def _review(user: str, item: str) -> records.ReviewMotivations:
    read = motivation_of(user, seed=int(item[1:]))
    return records.ReviewMotivations(user, item, read.weights, read.vector)


def input_artifacts(uris: dict[str, str]) -> dict[str, list[types.Artifact]]:
    """The inputs of an executor's `Do`."""
    inputs = {name: artifact_at(kind, uris[name]) for name, kind in ARTIFACT_TYPES.items()}
    inputs[channels.EXAMPLES][0].split_names = artifact_utils.encode_split_names(
        [columns.TRAIN, columns.VALIDATION]
    )
    return inputs


def artifact_at(artifact_type: type[types.Artifact], uri: str) -> list[types.Artifact]:
    """One artifact, in the list that executors take."""
    artifact = artifact_type()
    artifact.uri = uri
    return [artifact]


def _events() -> dict[str, list[dict[str, object]]]:
    train = [
        {columns.USER_ID: f"ü{user}", columns.ITEM_ID: [f"i{(user + step) % 6}"]}
        for user in range(12)
        for step in range(3)
    ]
    validation = [
        {columns.USER_ID: "ü0", columns.ITEM_ID: ["i4"]},
        {columns.USER_ID: "stranger", columns.ITEM_ID: ["i4"]},
        {columns.USER_ID: "ü1", columns.ITEM_ID: ["unseen"]},
        {columns.USER_ID: "ü2", columns.ITEM_ID: []},
    ]
    return {columns.TRAIN: train, columns.VALIDATION: validation}


def _transform(folder: Path) -> dict[str, str]:
    """Runs `preprocessing_fn`; returns the URIs of the transformed examples and the graph."""
    examples, graph = str(folder / "examples"), str(folder / "graph")
    schema = schema_utils.schema_from_feature_spec(_SPECIFICATION)
    read = dataset_metadata.DatasetMetadata(schema)
    events = _events()
    with local_pipeline() as pipeline, tft_beam.Context(str(folder / "temporary")):
        train = (pipeline | "train" >> beam.Create(events[columns.TRAIN]), read)
        transform = train | tft_beam.AnalyzeDataset(preprocessing.preprocessing_fn)
        transform | tft_beam.WriteTransformFn(graph)
        for split in (columns.TRAIN, columns.VALIDATION):
            rows = (pipeline | f"read {split}" >> beam.Create(events[split]), read)
            transformed, metadata = (
                rows,
                transform,
            ) | f"transform {split}" >> tft_beam.TransformDataset()
            coder = tft.coders.ExampleProtoCoder(metadata.schema)
            directory = example_files.split_directory(examples, split)
            _ = (
                transformed
                | f"encode {split}" >> beam.Map(coder.encode)
                | f"write {split}"
                >> beam.io.WriteToTFRecord(
                    os.path.join(directory, "transformed_examples"), file_name_suffix=".gz"
                )
            )
    return {channels.EXAMPLES: examples, channels.TRANSFORM_GRAPH: graph}
