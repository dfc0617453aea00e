"""What the workers count, by Beam's metrics."""

import functools
from collections import Counter
from collections.abc import Callable
from typing import Any

import apache_beam as beam

from lmmrec_tfrs.motivation.extraction.progress import Progress

NAMESPACE = "motivation_extraction"
ENCODER = "encoder"
LANGUAGE_MODEL = "language_model"


def count(name: str, amount: int = 1) -> None:
    """Adds to a counter of the run."""
    beam.metrics.Metrics.counter(NAMESPACE, name).inc(amount)


def totals(result: beam.runners.runner.PipelineResult) -> dict[str, int]:
    """All counters of a finished run."""
    query = beam.metrics.MetricsFilter().with_namespace(NAMESPACE)
    found: Counter[str] = Counter()
    # Beam counts each step for itself.
    for counter in result.metrics().query(query)["counters"]:
        found[counter.key.metric.name] += counter.result
    return dict(found)


class CountedModel:
    """A model with the account of what it read; it is loaded when it is first asked.

    Args:
        load: loads the model.
        label: what it is called in the account.
    """

    def __init__(self, load: Callable[[], Any], label: str):
        self._load = load
        self._label = label
        self._progress = Progress(label.replace("_", " "))

    @functools.cached_property
    def model(self) -> Any:
        """The model: where all answers come from a cache, it is never loaded."""
        return self._load()

    def count(self, texts: int, tokens: int, seconds: float) -> None:
        """Counts a batch, in Beam's metrics and in the log."""
        for unit, amount in (("texts", texts), ("tokens", tokens), ("microseconds", seconds * 1e6)):
            count(f"{self._label}_{unit}", round(amount))
        self._progress.add(texts, tokens)
