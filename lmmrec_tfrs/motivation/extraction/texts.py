"""Where the extraction's texts come from: events, the catalogue, files of profiles."""

import dataclasses
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

import apache_beam as beam
import tensorflow as tf

from lmmrec_tfrs.data import columns, records
from lmmrec_tfrs.data.example_files import split_directory
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.extraction.counters import count
from lmmrec_tfrs.motivation.extraction.masking import TextMasker
from lmmrec_tfrs.motivation.precomputed.reader import QuarantinedProfile, read_profiles
from lmmrec_tfrs.motivation.precomputed.schema import ProfileKind
from lmmrec_tfrs.motivation.reading import Kind, Text, catalogue_text, review_text, text_only
from lmmrec_tfrs.privacy.config import PrivacyConfig
from lmmrec_tfrs.privacy.user_ids import UserIdHasher

PROFILES = "profiles"
_PROFILE_KINDS: dict[ProfileKind, Kind] = {
    "review": Kind.REVIEW,
    "user": Kind.USER_PROFILE,
    "item": Kind.ITEM_PROFILE,
}


def _parse_event(serialized: bytes) -> Text:
    return review_text(records.event_from_example(tf.train.Example.FromString(serialized)))


def _parse_text_only(serialized: bytes) -> Text:
    return text_only(records.event_from_example(tf.train.Example.FromString(serialized)))


def _parse_item(serialized: bytes) -> Text:
    return catalogue_text(records.item_from_example(tf.train.Example.FromString(serialized)))


class AllTexts(beam.PTransform):
    """All texts of a run, masked, none of them blank.

    Args:
        config: the settings.
        examples_uri: the events; only the training split is opened.
        catalogue_uri: the items.
        texts_uri: events without a purchase, if there are any.

    Raises:
        FileNotFoundError: a split has no files.
    """

    def __init__(
        self,
        config: ExtractionConfig,
        examples_uri: str,
        catalogue_uri: str,
        texts_uri: str | None = None,
    ):
        super().__init__()
        self._config = config
        self._sources: list[tuple[str, str, Callable[[bytes], Text]]] = []
        # What was written before takes the reviews' place.
        if config.precomputed is None:
            self._sources.append((examples_uri, columns.TRAIN, _parse_event))
        self._sources.append((catalogue_uri, columns.CATALOGUE, _parse_item))
        if texts_uri is not None:
            self._sources.append((texts_uri, columns.TEXTS, _parse_text_only))

    def expand(self, root: Any) -> beam.PCollection:
        privacy = self._config.privacy
        parsed = {
            split: root
            | f"Read-{split}" >> beam.io.ReadFromTFRecord(_pattern(uri, split))
            | f"Parse-{split}" >> beam.Map(parse)
            for uri, split, parse in self._sources
        }
        if self._config.precomputed is not None:
            parsed[PROFILES] = (
                root
                | "Profiles" >> beam.Create(_profile_files(self._config))
                | "SpreadProfiles" >> beam.Reshuffle()
                | "ReadProfiles" >> beam.FlatMapTuple(_read_profiles)
            )
            if self._config.precomputed.items is not None:
                parsed[columns.CATALOGUE] = _without_profile(
                    parsed[columns.CATALOGUE], parsed[PROFILES]
                )
        prepared = tuple(
            texts | f"Prepare-{label}" >> beam.ParDo(_Prepare(label, privacy))
            for label, texts in parsed.items()
        )
        return prepared | "AllTexts" >> beam.Flatten()


def _without_profile(catalogue: beam.PCollection, profiles: beam.PCollection) -> beam.PCollection:
    """The catalogue's texts of the items that have no profile."""
    return (
        {
            "catalogue": catalogue | "CatalogueItem" >> beam.Map(lambda t: (t.item_id, t)),
            "profiled": profiles
            | "OfItems" >> beam.Filter(lambda t: t.kind == Kind.ITEM_PROFILE)
            | "ProfiledItem" >> beam.Map(lambda t: (t.item_id, None)),
        }
        | "JoinProfiles" >> beam.CoGroupByKey()
        | "WithoutProfile"
        >> beam.FlatMapTuple(
            lambda _, found: [] if any(True for _ in found["profiled"]) else found["catalogue"]
        )
    )


class _Prepare(beam.DoFn):
    """Masks texts, leaves out those that are blank, and counts both.

    Profiles come past ingestion: where it hashes the ids of users, theirs are hashed here.
    """

    def __init__(self, label: str, privacy: PrivacyConfig):
        super().__init__()
        self._label = label
        self._privacy = privacy
        self._masker: TextMasker | None = None
        self._hasher: UserIdHasher | None = None

    def setup(self) -> None:
        masked = self._label != columns.CATALOGUE or self._privacy.mask_catalogue
        enabled = masked and self._privacy.mask_personal_data
        self._masker = TextMasker(self._privacy.model_copy(update={"mask_personal_data": enabled}))
        if self._label == PROFILES and self._privacy.hash_user_ids:
            self._hasher = UserIdHasher.from_environment(self._privacy.key_environment_variable)

    def process(self, element: Text) -> Iterator[Text]:
        assert self._masker is not None
        masked, counts = self._masker.mask(element)
        for kind, number in counts.items():
            count(f"masked_{kind}", number)
        present = bool(masked.text.strip())
        count(f"{self._label}_{'with' if present else 'without'}_text")
        if present and self._hasher is not None and masked.user_id:
            masked = dataclasses.replace(masked, user_id=self._hasher.hash(masked.user_id))
        if present:
            yield masked


def _pattern(uri: str, split: str) -> str:
    pattern = os.path.join(split_directory(uri, split), "*")
    if not tf.io.gfile.glob(pattern):
        raise FileNotFoundError(
            f"expected TFRecord files of the split '{split}' at {pattern}, found none."
        )
    return pattern


def _profile_files(config: ExtractionConfig) -> list[tuple[str, ProfileKind]]:
    precomputed = config.precomputed
    assert precomputed is not None
    patterns: dict[ProfileKind, str | None] = {
        "user": precomputed.users,
        "item": precomputed.items,
        "review": precomputed.reviews,
    }
    files: list[tuple[str, ProfileKind]] = []
    for kind, pattern in patterns.items():
        if pattern is None:
            continue
        found = sorted(tf.io.gfile.glob(pattern))
        if not found:
            raise FileNotFoundError(
                f"expected files of {kind} profiles at {pattern}, found none. Correct "
                f"motivation.precomputed.{kind}s; a relative path starts at the data folder."
            )
        files += [(path, kind) for path in found]
    return files


def _read_profiles(path: str, kind: ProfileKind) -> Iterator[Text]:
    for record in read_profiles(path, kind):
        if isinstance(record, QuarantinedProfile):
            count("profiles_quarantined")
            # Without the line itself, which may hold personal data.
            logging.getLogger(__name__).warning(
                "a profile is left out: %s: %s", record.location, record.reason
            )
            continue
        yield Text(
            _PROFILE_KINDS[kind], record.user_id, record.item_id, record.text, record.profile
        )
