"""The motivation extractor's executor, on temporary artifacts and with the real models."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from tfx.types import artifact_utils, channel, standard_artifacts

from components.motivation_extractor import executor
from components.motivation_extractor.component import MotivationExtractor
from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.data.records import Event, Item, event_to_example, item_to_example
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

TAXONOMY = Taxonomy.load("fashion_luxury")
TRAIN = [
    Event("ann", "coat", "Kept me warm in the snow all winter. The pockets are deep."),
    Event("ann", "ring", "I wore it as a guest at my cousin's wedding."),
    Event("bob", "bag", "A birthday present for my wife, who was delighted."),
    Event("bob", "coat", "Half price in the sale, what a bargain."),
    Event("cid", "ring", "😍😍😍"),
    Event("dan", "bag", "   "),
    Event("eve", "bag", "Fits my laptop for the office. " + "Really a good bag. " * 2000),
]
ITEMS = [
    Item("coat", title="Down coat", description="For the coldest days of winter."),
    Item("ring", title="Gold ring", categories=("Jewellery", "Wedding")),
    Item("bag", title="Leather tote"),
    Item("boots", title="Hiking boots", description="For long walks in the country."),
    Item("nameless"),
]
CANARIES = {
    columns.VALIDATION: "The turquoise zebra canary sings at midnight in Valparaiso.",
    columns.TEST: "A seventh umbrella canary dreams of marzipan submarines.",
}


def _artifact(uri: Path, splits: list[str]) -> standard_artifacts.Examples:
    artifact = standard_artifacts.Examples()
    artifact.uri = str(uri)
    artifact.split_names = artifact_utils.encode_split_names(splits)
    return artifact


def _extract(root: Path, config: ExtractionConfig) -> Path:
    events, catalogue, output = root / "examples", root / "catalogue", root / "motivations"
    example_files.write_examples(str(events), columns.TRAIN, map(event_to_example, TRAIN))
    for split, canary in CANARIES.items():
        held_out = [Event("ann", "boots", canary), Event("only-here", "boots", canary)]
        example_files.write_examples(str(events), split, map(event_to_example, held_out))
    example_files.write_examples(str(catalogue), columns.CATALOGUE, map(item_to_example, ITEMS))
    executor.Executor().Do(
        {
            executor.EXAMPLES_KEY: [_artifact(events, list(columns.EVENT_SPLITS))],
            executor.CATALOGUE_KEY: [_artifact(catalogue, [columns.CATALOGUE])],
        },
        {executor.MOTIVATIONS_KEY: [_artifact(output, [])]},
        {
            executor.CONFIG_KEY: config.model_dump_json(),
            executor.TAXONOMY_KEY: TAXONOMY.model_dump_json(),
        },
    )
    return output


def _everything_written(output: Path) -> bytes:
    """The bytes of every file, decompressed, and the names of the files."""
    parts = []
    for path in sorted(output.rglob("*")):
        parts.append(str(path).encode())
        if path.is_file():
            raw = path.read_bytes()
            parts.append(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    return b"\n".join(parts)


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["encode", pytest.param("score", marks=pytest.mark.campaign)])
def test_the_executor_reads_training_texts_and_nothing_else(tmp_path, strategy):
    config = ExtractionConfig(strategy=strategy, max_language_model_texts=2)
    output = _extract(tmp_path, config)

    written = _everything_written(output)
    assert b"warm in the snow" in written  # the search itself works
    for canary in CANARIES.values():
        for part in (canary, *canary.rstrip(".").split(" "), "only-here"):
            if len(part) >= 8:
                assert part.encode() not in written

    reviews = {
        (r.user_id, r.item_id): r for r in example_files.read_review_motivations(str(output))
    }
    users, items = (
        {o.owner_id: o for o in example_files.read_owner_motivations(str(output), split)}
        for split in (columns.USERS, columns.ITEMS)
    )
    assert len(reviews) == 6
    assert set(users) == {"ann", "bob", "cid", "eve"}
    assert set(items) == {"coat", "ring", "bag", "boots"}
    top = TAXONOMY.names[int(np.argmax(reviews["ann", "coat"].weights))]
    assert top == "warmth and weather"
    assert reviews["ann", "coat"].evidence[0].quote == "Kept me warm in the snow all winter."
    assert items["boots"].evidence[0].motivation == "weekend and outdoors"
    for record in [*reviews.values(), *users.values(), *items.values()]:
        assert len(record.evidence) == 3
        assert np.linalg.norm(record.vector) == pytest.approx(1.0, abs=1e-4)
        assert record.weights.shape == (len(TAXONOMY),)

    report = json.loads((output / "extraction_report.json").read_text())
    assert report["reviews_read"] == 6
    assert report["events_without_text"] == 1
    assert report["items_without_text"] == 1
    assert report["reviews_read_by_language_model"] == (2 if strategy == "score" else 0)
    assert Taxonomy.load(str(output / "taxonomy.yaml")) == TAXONOMY


def test_the_component_carries_config_and_taxonomy_as_strings():
    examples = channel.Channel(type=standard_artifacts.Examples)
    catalogue = channel.Channel(type=standard_artifacts.Examples)
    config = ExtractionConfig(taxonomy="video_games", seed=3)
    component = MotivationExtractor(examples=examples, catalogue=catalogue, config=config)

    properties = component.spec.exec_properties
    assert ExtractionConfig.model_validate_json(properties[executor.CONFIG_KEY]) == config
    assert Taxonomy.model_validate_json(properties[executor.TAXONOMY_KEY]) == Taxonomy.load(
        "video_games"
    )
    assert component.outputs[executor.MOTIVATIONS_KEY].type is standard_artifacts.Examples


def test_texts_and_profiles_find_their_way(tmp_path):
    examples, catalogue, texts = (
        channel.Channel(type=standard_artifacts.Examples) for _ in range(3)
    )
    (tmp_path / "users.jsonl").write_text("{}")

    def make():
        return MotivationExtractor(
            examples=examples,
            catalogue=catalogue,
            config=ExtractionConfig(
                strategy="precomputed",
                precomputed={"users": "users.jsonl", "items": "gs://bucket/items.jsonl"},
            ),
            texts=texts,
            data_directory=str(tmp_path),
        )

    component = make()
    config = ExtractionConfig.model_validate_json(
        component.spec.exec_properties[executor.CONFIG_KEY]
    )
    assert config.precomputed.users == str(tmp_path / "users.jsonl")
    assert config.precomputed.items == "gs://bucket/items.jsonl"
    assert component.inputs[executor.TEXTS_KEY] is texts
    before = component.spec.exec_properties[executor.PROFILES_KEY]
    (tmp_path / "users.jsonl").write_text("{}\n{}")
    assert make().spec.exec_properties[executor.PROFILES_KEY] != before
