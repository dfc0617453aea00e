"""A toy data set, prepared: users and items of two groups, whose texts name the group."""

import json
from pathlib import Path

import numpy as np

from benchmarks.retrieval_bench.prepare import PreparedSet, prepared_set
from benchmarks.retrieval_bench.prepared import PreparedFolder
from lmmrec_tfrs.data import columns, example_files, file_names, records
from tfx_pipeline.config import PipelineConfig, load_config

NUM_USERS, NUM_ITEMS = 24, 14

CONFIGURATION = """
name: toy
data: {format: jsonl, events: reviews.jsonl, columns: {user_id: user_id, item_id: item_id}}
training: {epochs: 2, batch_size: 16, embedding_dim: 8, l2: 0.1, num_uniform_negatives: 4}
"""


def toy_events() -> dict[str, list[records.Event]]:
    """Each user has five items of the own group: three to learn from, one and one to find."""
    rng = np.random.default_rng(0)
    splits: dict[str, list[records.Event]] = {split: [] for split in columns.EVENT_SPLITS}
    places = [columns.TRAIN] * 3 + [columns.VALIDATION, columns.TEST]
    for user in range(NUM_USERS):
        # The last item of each group is in the catalogue alone.
        items = user % 2 + 2 * rng.permutation(NUM_ITEMS // 2 - 1)[: len(places)]
        for place, item in zip(places, items, strict=True):
            text = f"user {user} on item {item}: {'warm and soft' if user % 2 else 'fast and loud'}"
            splits[place].append(records.Event(f"u{user:02}", f"i{item:02}", text, 100 + user))
    return splits


def write_toy(path: Path) -> PreparedFolder:
    """Writes the artifacts, as ingestion and extraction would."""
    folder = PreparedFolder(path)
    for split, events in toy_events().items():
        examples = map(records.event_to_example, events)
        example_files.write_examples(folder.artifact("examples"), split, examples)
    catalogue = [records.Item(f"i{item:02}", f"item {item}") for item in range(NUM_ITEMS)]
    example_files.write_examples(
        folder.artifact("catalogue"), columns.CATALOGUE, map(records.item_to_example, catalogue)
    )
    rng = np.random.default_rng(1)
    for split, letter, number in ((columns.USERS, "u", NUM_USERS), (columns.ITEMS, "i", NUM_ITEMS)):
        owners = [
            records.OwnerMotivations(
                f"{letter}{row:02}",
                np.eye(3, dtype=np.float32)[row % 2],
                rng.normal(size=4).astype(np.float32),
                text_count=1 + row % 3,
            )
            for row in range(number)
        ]
        example_files.write_examples(
            folder.artifact("motivations"), split, map(records.owner_motivations_to_example, owners)
        )
    reviews = [
        records.ReviewMotivations(
            event.user_id,
            event.item_id,
            np.eye(3, dtype=np.float32)[int(event.item_id[1:]) % 2],
            rng.normal(size=4).astype(np.float32),
        )
        for event in toy_events()[columns.TRAIN]
    ]
    example_files.write_examples(
        folder.artifact("motivations"),
        columns.REVIEWS,
        map(records.review_motivations_to_example, reviews),
    )
    report = Path(folder.artifact("motivations"), file_names.EXTRACTION_REPORT)
    report.write_text(json.dumps({"strategy": "toy"}))
    return folder


def toy_config(path: Path) -> PipelineConfig:
    """The toy's configuration, written to a file."""
    path.write_text(CONFIGURATION)
    return load_config(str(path))


def prepared_toy(path: Path, name: str = "toy") -> PreparedSet:
    """The toy, ready for cells."""
    folder = write_toy(path / name)
    return prepared_set(name, folder, toy_config(path / "toy.yaml"), {"toy": True})
