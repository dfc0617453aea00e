"""The cost of training, by a clock of the test's own."""

import pytest

from benchmarks.retrieval_bench.bench_data import read_bench_data
from benchmarks.retrieval_bench.cost_study import compare_costs, cost_table
from lmmrec_tfrs.training.config import TrainingConfig
from tests.benchmarks.toy_retrieval import prepared_toy


class Trainer:
    """Takes 7 s to start, and 2 ms an example, twice that with text."""

    def __init__(self):
        self.now = 0.0

    def clock(self):
        return self.now

    def train(self, data, config):
        assert not len(data.validation_pairs)
        examples = config.epochs * (len(data.train_pairs) // config.batch_size) * config.batch_size
        self.now += 7.0 + 0.002 * examples * (2 if config.use_text else 1)


def test_starting_does_not_count(tmp_path):
    data = read_bench_data(prepared_toy(tmp_path).folder).training_data()
    full = TrainingConfig(batch_size=16)
    plain = full.model_copy(update={"use_text": False})
    trainer = Trainer()
    costs = compare_costs(data, {"a": plain, "b": full}, trainer.train, trainer.clock)
    assert costs == pytest.approx({"a": 0.002, "b": 0.004})


def test_the_table_shows_the_ratios():
    row = {"data set": "toy", "backbone": "light_gcn", "batch": 512, "XLA": True}
    costs = {"no text": 2e-5, "alignment and fusion": 2.5e-5, "full": 3e-5}
    table = cost_table([{**row, **costs}])
    assert "| toy | light gcn | 512 | yes | 20.0 | 25.0 (1.25) | 30.0 (1.50) |" in table
