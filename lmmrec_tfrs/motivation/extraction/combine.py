"""Beam's combiners of the extraction: moments of scores, and owners' texts rolled up."""

import functools
from collections.abc import Iterable
from typing import Any

import apache_beam as beam

from lmmrec_tfrs.motivation.calibration import Moments
from lmmrec_tfrs.motivation.reading import WeightedReading
from lmmrec_tfrs.motivation.rollup import Rollup


class MomentsFn(beam.CombineFn):
    """Combines score vectors into their moments."""

    def __init__(self, num_motivations: int):
        self._num_motivations = num_motivations

    def create_accumulator(self) -> Moments:
        return Moments.zero(self._num_motivations)

    def add_input(self, accumulator: Moments, scores: Any) -> Moments:
        return accumulator.add(scores)

    def merge_accumulators(self, accumulators: Iterable[Moments]) -> Moments:
        return self.create_accumulator().merge(accumulators)

    def extract_output(self, accumulator: Moments) -> Moments:
        return accumulator


class RollupFn(beam.CombineFn):
    """Combines the weighted readings of an owner; the accumulator holds at most one roll-up."""

    def create_accumulator(self) -> list[Rollup]:
        return []

    def add_input(self, accumulator: list[Rollup], weighted: WeightedReading) -> list[Rollup]:
        return [accumulator[0].add(weighted) if accumulator else Rollup.of(weighted)]

    def merge_accumulators(self, accumulators: Iterable[list[Rollup]]) -> list[Rollup]:
        parts = [rollup for accumulator in accumulators for rollup in accumulator]
        return [functools.reduce(Rollup.merge, parts)] if parts else []

    def extract_output(self, accumulator: list[Rollup]) -> Rollup:
        return accumulator[0]
