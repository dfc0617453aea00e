"""Beam: the k-core, exactly, with bounded memory.

Beam has no loop whose end depends on the data. So one pipeline unrolls a few rounds (each drops
the users, then the items, that have fewer than k neighbours left) and counts what is left after
each, and the launching process starts another pipeline on the survivors until a round drops
nothing. Unlike one combiner that holds all pairs, this never needs the pairs in one place; unlike
a fixed number of rounds, it always ends at the fixed point. Rounds shrink quickly: the steam
reviews take 4, the Rent the Runway rentals 8.

Rounds carry `(user_id, item_id, timestamp)` only; the events join at the end.
"""

import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import apache_beam as beam

from lmmrec_tfrs.ingestion import beam_clock, beam_facts, beam_files

ROUNDS_PER_PIPELINE = 4

MakePipeline = Callable[[], beam.Pipeline]


class _KeepLargeGroups(beam.DoFn):
    """Passes on the groups of at least k values."""

    def __init__(self, k: int):
        super().__init__()
        self._k = k

    def process(self, group: tuple[str, Iterable[Any]]) -> Iterator[Any]:
        _, values = group
        # Values are iterated twice, never listed: a popular item's group may not fit in memory.
        if sum(1 for _ in itertools.islice(values, self._k)) >= self._k:
            yield from values


class KCoreRound(beam.PTransform):
    """Drops the users, then the items, with fewer than k pairs.

    Consumes and returns `(user_id, item_id, timestamp)`, each (user, item) once.
    """

    def __init__(self, k: int):
        super().__init__()
        self._k = k

    def expand(self, pairs: beam.PCollection) -> beam.PCollection:
        return (
            pairs
            | "KeyByUser" >> beam.Map(lambda pair: (pair[0], pair))
            | "GroupByUser" >> beam.GroupByKey()
            | "KeepUsers" >> beam.ParDo(_KeepLargeGroups(self._k))
            | "KeyByItem" >> beam.Map(lambda pair: (pair[1], pair))
            | "GroupByItem" >> beam.GroupByKey()
            | "KeepItems" >> beam.ParDo(_KeepLargeGroups(self._k))
        )


def run_k_core(
    make_pipeline: MakePipeline, pairs_directory: str, temporary: str, k: int
) -> tuple[str, beam_facts.Facts, int]:
    """Runs rounds to the fixed point.

    Args:
        make_pipeline: makes a Beam pipeline.
        pairs_directory: where the pairs are.
        temporary: a folder for what lies between.
        k: the least number of neighbours.

    Returns:
        The folder with the surviving pairs, their clock, and the number of rounds.
    """
    rounds = 0
    for number in itertools.count():
        directory = os.path.join(temporary, f"k_core_{number}")
        with make_pipeline() as pipeline:
            pairs = pipeline | "ReadPairs" >> beam_files.read_temporary(pairs_directory)
            counts = [beam_facts.count_elements(pairs, "pairs/0")]
            for index in range(1, ROUNDS_PER_PIPELINE + 1):
                pairs = pairs | f"Round{index}" >> KCoreRound(k)
                counts.append(beam_facts.count_elements(pairs, f"pairs/{index}"))
            counts.append(pairs | "Clock" >> beam_clock.TimeExtent())
            _ = pairs | "WritePairs" >> beam_files.write_temporary(directory)
            _ = tuple(counts) | "WriteFacts" >> beam_facts.WriteFacts(directory)
        facts = beam_facts.read_facts(directory)
        pairs_directory = directory
        for index in range(1, ROUNDS_PER_PIPELINE + 1):
            rounds += 1
            if facts.counts[f"pairs/{index}"] == facts.counts[f"pairs/{index - 1}"]:
                return pairs_directory, facts, rounds
    raise AssertionError("unreachable: every round but the last drops a pair")
