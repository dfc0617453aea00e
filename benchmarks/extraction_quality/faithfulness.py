"""Part (e): is every quote that the extraction gives as evidence in the text that it is from?

Runs the extraction itself and checks all that it writes: the quotes of reviews, and those of
users and items, which may come from any of the owner's texts. Models read masked text, so a
quote is verbatim in what was masked; quotes that hold a placeholder are counted apart.
"""

import collections
import dataclasses
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import apache_beam as beam
import pandas as pd

from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.data.records import Event, Evidence, Item, event_to_example, item_to_example
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.extraction.pipeline import run_extraction
from lmmrec_tfrs.motivation.reading import catalogue_text
from lmmrec_tfrs.motivation.taxonomy import Taxonomy
from lmmrec_tfrs.privacy.config import PrivacyConfig
from lmmrec_tfrs.privacy.masking import Masker
from tfx_pipeline.sample.sample import ARTICLES_FILE, REVIEWS_FILE

from .planted_sample import read_lines
from .steam_labels import FILE as STEAM_FILE
from .steam_selection import read_steam
from .tables import table

NUM_STEAM_REVIEWS = 2000
NUM_SAMPLE_REVIEWS = 2000
_NUM_SHOWN = 10


@dataclasses.dataclass
class Tally:
    """The quotes of one kind of owner."""

    quotes: int = 0
    verbatim: int = 0
    masked: int = 0
    exceptions: list[str] = dataclasses.field(default_factory=list)

    def add(self, evidence: Sequence[Evidence], raw: str, masked: str) -> None:
        """Checks the quotes of one owner.

        Args:
            evidence: what the extraction wrote.
            raw: the owner's texts, as they came.
            masked: the same, as the models read them.
        """
        for quote in (item.quote for item in evidence):
            self.quotes += 1
            if not quote or quote not in masked:
                self.exceptions.append(quote)
                continue
            self.verbatim += 1
            self.masked += quote not in raw


def texts_by_owner(
    events: Sequence[Event], items: Sequence[Item]
) -> Iterator[tuple[str, str, str]]:
    """The kind, the key and the text of every owner of each text."""
    for event in events:
        text = event.text.strip()
        yield columns.REVIEWS, f"{event.user_id}\t{event.item_id}", text
        yield columns.USERS, event.user_id, text
        yield columns.ITEMS, event.item_id, text
    for item in items:
        yield columns.ITEMS, item.item_id, catalogue_text(item).text


def check(
    events: Sequence[Event], items: Sequence[Item], taxonomy: str, strategy: str = "encode"
) -> dict[str, Tally]:
    """Extracts motivations and checks every quote."""
    masker = Masker(PrivacyConfig())
    raw: dict[tuple[str, str], list[str]] = collections.defaultdict(list)
    for kind, key, text in texts_by_owner(events, items):
        raw[kind, key].append(text)
    tallies = {kind: Tally() for kind in columns.MOTIVATION_SPLITS}

    def tally(kind: str, key: str, evidence: Sequence[Evidence]) -> None:
        texts = raw[kind, key]
        masked = "\n\n".join(masker.mask(text).text for text in texts)
        tallies[kind].add(evidence, "\n\n".join(texts), masked)

    with tempfile.TemporaryDirectory() as folder:
        examples, catalogue, output = (str(Path(folder, n)) for n in ("events", "items", "read"))
        example_files.write_examples(examples, columns.TRAIN, map(event_to_example, events))
        example_files.write_examples(catalogue, columns.CATALOGUE, map(item_to_example, items))
        run_extraction(
            beam.Pipeline,
            examples,
            catalogue,
            output,
            ExtractionConfig.model_validate({"strategy": strategy, "taxonomy": taxonomy}),
            Taxonomy.load(taxonomy),
        )
        for review in example_files.read_review_motivations(output):
            tally(columns.REVIEWS, f"{review.user_id}\t{review.item_id}", review.evidence)
        for kind in (columns.USERS, columns.ITEMS):
            for owner in example_files.read_owner_motivations(output, kind):
                tally(kind, owner.owner_id, owner.evidence)
    return tallies


def steam_events(path: Path, seed: int) -> list[Event]:
    """A seeded draw of Steam reviews."""
    frame: pd.DataFrame = read_steam(path)
    frame = frame[frame["review"].str.strip().astype(bool)]
    drawn = frame.sample(min(NUM_STEAM_REVIEWS, len(frame)), random_state=seed)
    return [Event(row.user_id, row.item_id, row.review) for row in drawn.itertuples()]


def sample_data() -> tuple[list[Event], list[Item]]:
    """The first reviews of the bundled sample, and its catalogue."""
    rows = read_lines(REVIEWS_FILE)[:NUM_SAMPLE_REVIEWS]
    events = [Event(r["user_id"], r["item_id"], f"{r['title']}. {r['text']}") for r in rows]
    items = [
        Item(r["item_id"], r["title"], r["description"], tuple(r["categories"]))
        for r in read_lines(ARTICLES_FILE)
    ]
    return events, items


def run(data: Path, seed: int) -> str:
    """The part's table, in Markdown."""
    events, items = sample_data()
    steam = steam_events(data / STEAM_FILE, seed)
    placeholders = [Item(item_id) for item_id in sorted({event.item_id for event in steam})]
    results = {
        f"steam ({len(steam):,} reviews)": check(steam, placeholders, "video_games"),
        f"sample ({len(events):,} reviews, {len(items)} items)": check(
            events, items, "fashion_luxury"
        ),
    }
    rows, exceptions = [], []
    for name, tallies in results.items():
        for kind, tally in tallies.items():
            share = f"{tally.verbatim / max(tally.quotes, 1):.2%}"
            cells = [f"{name}, {kind}", f"{tally.quotes:,}", share]
            rows.append([*cells, str(len(tally.exceptions)), str(tally.masked)])
            exceptions += [f"- {name}, {kind}: {quote!r}" for quote in tally.exceptions]
    header = ["", "quotes", "verbatim", "exceptions", "with a placeholder"]
    return "\n\n".join([table(header, rows), "\n".join(exceptions[:_NUM_SHOWN])]).strip()
