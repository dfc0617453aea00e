"""Reading and writing the records as gzipped TFRecord files, a folder a split.

The layout is that of TFX's `Examples` artifacts: `<uri>/Split-<split>/*.gz`. Local files are read
without TensorFlow.
"""

import os
from collections.abc import Iterable, Iterator

from lmmrec_tfrs.data import columns, files, records, tfrecord
from lmmrec_tfrs.data.example import Example


def split_directory(uri: str, split: str) -> str:
    """The folder that holds one split of an artifact."""
    return os.path.join(uri, f"Split-{split}")


def read_examples(uri: str, split: str) -> Iterator[Example]:
    """Reads the examples of a split.

    Raises:
        FileNotFoundError: the artifact has no such split.
        DamagedFileError: a file breaks off or is no gzipped TFRecord file.
    """
    directory = split_directory(uri, split)
    # By name, for a folder further up may be called what a pattern would not match.
    names = files.names_in(directory) if files.is_directory(directory) else []
    if not names:
        raise FileNotFoundError(
            f"expected TFRecord files of the split '{split}' under {directory}, found none."
        )
    for name in names:
        for serialized in tfrecord.read_records(os.path.join(directory, name)):
            yield Example.FromString(serialized)


def write_examples(uri: str, split: str, examples: Iterable[Example]) -> None:
    """Writes a split as one file; Beam pipelines write their shards themselves."""
    directory = split_directory(uri, split)
    files.makedirs(directory)
    path = os.path.join(directory, "data_tfrecord-00000-of-00001.gz")
    tfrecord.write_records(path, (example.SerializeToString() for example in examples))


def read_events(uri: str, split: str) -> Iterator[records.Event]:
    """Reads the events of a split."""
    return map(records.event_from_example, read_examples(uri, split))


def read_texts(uri: str) -> Iterator[records.Event]:
    """Reads the texts without a purchase: wish-list notes, queries and client notes."""
    return read_events(uri, columns.TEXTS)


def read_catalogue(uri: str) -> Iterator[records.Item]:
    """Reads the item catalogue."""
    return map(records.item_from_example, read_examples(uri, columns.CATALOGUE))


def read_quarantine(uri: str) -> Iterator[records.QuarantinedRow]:
    """Reads the quarantined rows."""
    return map(records.quarantined_row_from_example, read_examples(uri, columns.QUARANTINE))


def read_review_motivations(uri: str) -> Iterator[records.ReviewMotivations]:
    """Reads the motivations of each review of the training split."""
    return map(records.review_motivations_from_example, read_examples(uri, columns.REVIEWS))


def read_owner_motivations(uri: str, split: str) -> Iterator[records.OwnerMotivations]:
    """Reads the motivations of all users (`columns.USERS`) or items (`columns.ITEMS`)."""
    return map(records.owner_motivations_from_example, read_examples(uri, split))


def read_owners_by_texts(uri: str, split: str) -> list[records.OwnerMotivations]:
    """Reads the same, those with the most texts first: what was read of them says most."""
    owners = read_owner_motivations(uri, split)
    return sorted(owners, key=lambda owner: (-owner.text_count, owner.owner_id))
