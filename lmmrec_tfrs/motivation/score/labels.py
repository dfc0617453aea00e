"""Labelled texts, from a file of JSON lines: `{"text": "...", "motivations": ["name", ...]}`."""

import json

import tensorflow as tf
from pydantic import Field, ValidationError

from lmmrec_tfrs.configuration import FrozenConfig
from lmmrec_tfrs.motivation.taxonomy import Taxonomy


class LabelledText(FrozenConfig):
    """A text and the motivations that somebody found in it.

    >>> LabelledText(text="For my sister's birthday.", motivations=["gift for someone"]).text
    "For my sister's birthday."
    """

    text: str = Field(min_length=1, description="The text, as a model is to read it.")
    motivations: tuple[str, ...] = Field(
        description="Names of the taxonomy; none where the text tells no motivation."
    )

    def indices(self, taxonomy: Taxonomy) -> set[int]:
        """The positions of the motivations in the taxonomy."""
        return set(taxonomy.indices_of(self.motivations))


def read_labels(path: str, taxonomy: Taxonomy) -> list[LabelledText]:
    """Reads labelled texts; blank lines are left out.

    Args:
        path: local or remote, UTF-8.
        taxonomy: the motivations that labels may name.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a line is not a labelled text of the taxonomy.
    """
    if not tf.io.gfile.exists(path):
        raise FileNotFoundError(f"expected a file of labels at {path}, found none.")
    with tf.io.gfile.GFile(path, "rb") as file:
        lines = file.read().split(b"\n")
    return [
        _parse(line, f"{path}, line {number}", taxonomy)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def _parse(line: bytes, where: str, taxonomy: Taxonomy) -> LabelledText:
    try:
        loaded = json.loads(line.decode("utf-8"))
    except ValueError as error:
        raise ValueError(f"{where}: expected a line of JSON in UTF-8. {error}") from error
    try:
        labelled = LabelledText.model_validate(loaded)
        labelled.indices(taxonomy)
    except ValidationError as error:
        raise ValueError(
            f'{where}: expected {{"text": "...", "motivations": ["name", ...]}}. {error}'
        ) from error
    except KeyError as error:
        raise ValueError(f"{where}: {error.args[0]} Known: {', '.join(taxonomy.names)}.") from error
    return labelled
