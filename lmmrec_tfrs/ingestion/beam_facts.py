"""Counts as data: small facts that a pipeline writes and the next step reads.

Beam's metrics are approximate on some runners (a retried bundle may count twice); what flows
through the pipeline is exact on all of them.
"""

import dataclasses
import json
import os
from collections import Counter
from typing import Any

import apache_beam as beam
import tensorflow as tf

Count = tuple[str, int]

_ERROR = "error/"


@dataclasses.dataclass(frozen=True)
class Facts:
    """What a pipeline has to tell: counts by name, errors among them."""

    counts: Counter[str]

    @property
    def errors(self) -> tuple[str, ...]:
        """The messages of files that could not be read to their end."""
        return tuple(self.with_prefix(_ERROR))

    def with_prefix(self, prefix: str) -> dict[str, int]:
        """The counts below a prefix, without it; zeros are left out."""
        return {
            name.removeprefix(prefix): count
            for name, count in sorted(self.counts.items())
            if name.startswith(prefix) and count
        }


def count_elements(elements: beam.PCollection, name: str) -> beam.PCollection:
    """Counts a collection under a name."""
    return (
        elements
        | f"Count[{name}]" >> beam.combiners.Count.Globally()
        | f"Name[{name}]" >> beam.Map(lambda count: (name, count))
    )


class WriteFacts(beam.PTransform):
    """Sums the counts of several collections by name and writes them as JSON lines."""

    def __init__(self, directory: str):
        super().__init__()
        self._directory = directory

    def expand(self, counts: Any) -> Any:
        return (
            counts
            | "Flatten" >> beam.Flatten()
            | "Sum" >> beam.CombinePerKey(sum)
            | "ToJson" >> beam.Map(json.dumps)
            | "Write" >> beam.io.WriteToText(os.path.join(self._directory, "facts"))
        )


def error_fact(error: Exception) -> Count:
    """An error as a fact: its message is its name."""
    return f"{_ERROR}{error}", 1


def read_facts(directory: str) -> Facts:
    """Reads what `WriteFacts` wrote."""
    counts: Counter[str] = Counter()
    for path in tf.io.gfile.glob(os.path.join(directory, "facts*")):
        with tf.io.gfile.GFile(path, "r") as file:
            for line in file:
                name, value = json.loads(line)
                counts[name] += value
    return Facts(counts)
