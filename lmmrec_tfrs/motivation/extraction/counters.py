"""What the workers count, by Beam's metrics."""

from collections import Counter

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
    """A model with the account of what it read."""

    def __init__(self, model: object, label: str):
        self.model = model
        self._label = label
        self._progress = Progress(label.replace("_", " "))

    def count(self, texts: int, tokens: int, seconds: float) -> None:
        """Counts a batch, in Beam's metrics and in the log."""
        for unit, amount in (("texts", texts), ("tokens", tokens), ("microseconds", seconds * 1e6)):
            count(f"{self._label}_{unit}", round(amount))
        self._progress.add(texts, tokens)
