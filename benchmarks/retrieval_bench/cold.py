"""The cold study's data: items, or users, of whom training knows nothing but text.

Withheld reviews are gone before motivations are extracted, so that nothing of them reaches any
feature: extraction runs again, by the library's own function, on what is left. What it has read
before it finds in the cache.
"""

import dataclasses
import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.data.records import Event, event_to_example
from tfx_pipeline.command_line.extract import CACHE, CATALOGUE, EXAMPLES, MOTIVATIONS, TEXTS
from tfx_pipeline.config import PipelineConfig

from .data_sets import DATA_SETS
from .prepare import PreparedSet, prepared_set
from .prepared import ALSO_MASKED, PreparedFolder

Side = Literal["items", "users"]
Splits = Mapping[str, Sequence[Event]]
SIDES: tuple[Side, ...] = ("items", "users")

# A user keeps at least one text, and has at least one item to be found.
_LEAST_REVIEWS = 2


@dataclasses.dataclass(frozen=True)
class ColdEvents:
    """The events after some were withheld.

    `splits` are those of train, validation and test; `texts` say something of their users only;
    `also_masked` are out of the rankings.
    """

    splits: dict[str, list[Event]]
    texts: list[Event]
    also_masked: list[Event]


def withhold_items(splits: Splits, share: float, seed: int) -> ColdEvents:
    """A share of the items of train leave train and validation: their events become test's.

    Args:
        splits: the events of train, validation and test.
        share: of the items with training interactions.
        seed: seeds which.
    """
    withheld = _drawn({event.item_id for event in splits[columns.TRAIN]}, share, seed)
    found: dict[str, list[Event]] = {split: [] for split in columns.EVENT_SPLITS}
    for split in columns.EVENT_SPLITS:
        for event in splits[split]:
            found[columns.TEST if event.item_id in withheld else split].append(event)
    return ColdEvents(found, [], [])


def withhold_users(splits: Splits, share: float, seed: int) -> ColdEvents:
    """A share of the users of train leave train and validation, and are known by text alone.

    Half of such a user's reviews (rounded down, at least one) stay as texts, which say something
    of the user and nothing of the item; their items are out of the user's ranking. All other
    items of the user are to be found.

    Args:
        splits: the events of train, validation and test.
        share: of the users with at least two reviews with text in train.
        seed: seeds who, and which reviews stay.
    """
    reviews: dict[str, list[Event]] = defaultdict(list)
    for event in splits[columns.TRAIN]:
        if event.text.strip():
            reviews[event.user_id].append(event)
    eligible = {user for user, found in reviews.items() if len(found) >= _LEAST_REVIEWS}
    withheld = _drawn(eligible, share, seed)
    kept: set[tuple[str, str]] = set()
    for user in sorted(withheld):
        items = sorted({event.item_id for event in reviews[user]})
        rng = np.random.default_rng([seed, len(kept)])
        kept |= {(user, item) for item in rng.permutation(items)[: max(1, len(items) // 2)]}
    changed = ColdEvents({split: [] for split in columns.EVENT_SPLITS}, [], [])
    for split in columns.EVENT_SPLITS:
        for event in splits[split]:
            if event.user_id not in withheld:
                changed.splits[split].append(event)
            elif (event.user_id, event.item_id) not in kept:
                changed.splits[columns.TEST].append(event)
            else:
                changed.also_masked.append(event)
                if split == columns.TRAIN:
                    changed.texts.append(dataclasses.replace(event, source=columns.NOTE))
    return changed


def prepare_cold(prepared: PreparedSet, side: Side, share: float, seed: int) -> PreparedSet | None:
    """Prepares the data set with a share of its items or users withheld, once.

    Args:
        prepared: the whole data set.
        side: what is withheld.
        share: how much of it.
        seed: seeds which.

    Returns:
        The changed data set; none, with a message, where no text would be left.
    """
    name = f"{prepared.name}--cold_{side}"
    folder = PreparedFolder(prepared.folder.path.with_name(name))
    if not folder.is_complete:
        source = prepared.folder
        splits = {
            split: list(example_files.read_events(source.artifact(EXAMPLES), split))
            for split in columns.EVENT_SPLITS
        }
        withhold = withhold_items if side == "items" else withhold_users
        cold = withhold(splits, share, seed)
        if side == "users" and not cold.texts:
            print(f"{name}: skipped, for no user has two reviews with text.", flush=True)
            return None
        if side == "items" and not _has_catalogue_text(source):
            print(f"{name}: skipped, for the catalogue says nothing of the items.", flush=True)
            return None
        print(f"{name}: extraction without what is withheld ...", flush=True)
        _write(cold, source, folder)
        _extract(DATA_SETS[prepared.name].cold_config(), source, folder)
    configuration = {"source": prepared.digest, "withheld": side, "share": share, "seed": seed}
    return prepared_set(name, folder, prepared.config, configuration)


def _drawn(names: set[str], share: float, seed: int) -> set[str]:
    ordered = sorted(names)
    size = round(share * len(ordered))
    return set(np.random.default_rng(seed).permutation(ordered)[:size].tolist())


def _has_catalogue_text(folder: PreparedFolder) -> bool:
    """Whether anything is known of items beside who had them."""
    catalogue = example_files.read_catalogue(folder.artifact(CATALOGUE))
    return any(item.title or item.description or item.categories for item in catalogue)


def _write(cold: ColdEvents, source: PreparedFolder, folder: PreparedFolder) -> None:
    if folder.path.exists():
        shutil.rmtree(folder.path)
    shutil.copytree(source.artifact(CATALOGUE), folder.artifact(CATALOGUE))
    examples = folder.artifact(EXAMPLES)
    for split, events in cold.splits.items():
        example_files.write_examples(examples, split, map(event_to_example, events))
    example_files.write_examples(examples, ALSO_MASKED, map(event_to_example, cold.also_masked))
    # What people wrote without a purchase, of all users, stays.
    texts = [*_texts_of(source), *cold.texts]
    example_files.write_examples(
        folder.artifact(TEXTS), columns.TEXTS, map(event_to_example, texts)
    )


def _texts_of(folder: PreparedFolder) -> list[Event]:
    directory = Path(example_files.split_directory(folder.artifact(TEXTS), columns.TEXTS))
    if not any(directory.glob("*")):
        return []
    return list(example_files.read_texts(folder.artifact(TEXTS)))


def _extract(config: PipelineConfig, source: PreparedFolder, folder: PreparedFolder) -> None:
    import apache_beam as beam

    from lmmrec_tfrs.motivation.extraction.pipeline import run_extraction
    from lmmrec_tfrs.motivation.taxonomy import Taxonomy

    motivation = config.motivation.model_copy(update={"cache_directory": source.artifact(CACHE)})
    run_extraction(
        beam.Pipeline,
        folder.artifact(EXAMPLES),
        folder.artifact(CATALOGUE),
        folder.artifact(MOTIVATIONS),
        motivation,
        Taxonomy.load(motivation.taxonomy),
        texts_uri=folder.artifact(TEXTS),
    )
