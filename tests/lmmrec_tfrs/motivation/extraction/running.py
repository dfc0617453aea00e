"""Running the extraction on events, items and texts given in a test."""

import os

from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.data.records import event_to_example, item_to_example
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.extraction.pipeline import run_extraction
from tests.lmmrec_tfrs.motivation.fakes import SMALL_TAXONOMY, FakeModels
from tests.local_beam import local_pipeline


def run_on(root, events, items, texts=None, models=None, name="out", **config):
    """Writes the inputs under a folder and extracts; returns the output folder and the report."""
    splits = {
        "examples": (columns.TRAIN, map(event_to_example, events)),
        "catalogue": (columns.CATALOGUE, map(item_to_example, items)),
    }
    if texts is not None:
        splits["texts"] = (columns.TEXTS, map(event_to_example, texts))
    uris = {kind: os.path.join(root, f"{name}-{kind}") for kind in splits}
    for kind, (split, examples) in splits.items():
        example_files.write_examples(uris[kind], split, examples)
    output = os.path.join(root, name)
    report = run_extraction(
        local_pipeline,
        uris["examples"],
        uris["catalogue"],
        output,
        ExtractionConfig(**config),
        SMALL_TAXONOMY,
        models or FakeModels(),
        texts_uri=uris.get("texts"),
    )
    return output, report


def owners(output, split):
    """The motivations of users or items, by id."""
    return {o.owner_id: o for o in example_files.read_owner_motivations(output, split)}
