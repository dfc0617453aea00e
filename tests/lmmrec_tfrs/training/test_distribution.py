"""Several devices, and several workers, train the model that one trains."""

import json
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.training.distribution import agreed_values, is_chief, make_strategy
from tests import contracts
from tests.lmmrec_tfrs.training.local_cluster import run_cluster

# Deterministic but for the draws of the replicas: full softmax, no dropout, a part of the batch
# for each. The losses between behaviour and text compare rows with rows, so they stay out.
_PROGRAM = """
import json, sys
import lmmrec_tfrs
import tensorflow as tf
from lmmrec_tfrs.training import fit
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.distribution import make_strategy
from tests.lmmrec_tfrs.training.planted import planted_data

distribution, changes, folder = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
if distribution == "mirrored":
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
strategy = make_strategy(distribution)
settings = dict(
    embedding_dim=4, epochs=2, batch_size=20, loss="full_softmax", alignment_weight=0.0, l2=0.5,
    id_dropout=0.0, text_dropout=0.0, dropout=0.0, checkpoint_steps=4, clip_norm=1.0,
    distribution=distribution,
)
data = planted_data(users_per_block=10, items_per_block=6)
trained = fit.train(
    data, TrainingConfig(**{**settings, **changes}), folder + "/logs",
    checkpoint_directory=folder + "/checkpoints",
)
vectors = trained.query(tf.constant(["user 1", "user 9", "nobody"])).numpy().tolist()
print(json.dumps([strategy.num_replicas_in_sync, trained.report, vectors]))
"""


def _command(distribution: str, changes: dict, folder: Path) -> list[str]:
    program = [sys.executable, "-X", "faulthandler", "-c", _PROGRAM]
    return [*program, distribution, json.dumps(changes), str(folder)]


def _train(distribution: str, changes: dict, folder: Path) -> tuple[int, dict, list]:
    command = _command(distribution, changes, folder)
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=contracts.ROOT)
    assert done.returncode == 0, done.stderr[-3000:]
    return _parsed(done.stdout)


def _parsed(output: str) -> tuple[int, dict, list]:
    replicas, report, vectors = json.loads(output.splitlines()[-1])
    return replicas, report, vectors


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict, list]:
    return _train("none", {}, tmp_path_factory.mktemp("alone"))


def _agrees(alone: tuple[int, dict, list], other: tuple[int, dict, list]) -> None:
    assert (alone[0], other[0]) == (1, 2)
    for name in ("train_losses", "validation_history"):
        for one, two in zip(alone[1][name], other[1][name], strict=True):
            assert two == pytest.approx(one, rel=1e-4)
    np.testing.assert_allclose(alone[2], other[2], rtol=1e-3, atol=1e-5)


@pytest.mark.slow
def test_two_replicas_have_the_loss_of_one(alone, tmp_path):
    """A mean over the whole batch: not the sum of the replicas' losses, nor half of it."""
    _agrees(alone, _train("mirrored", {}, tmp_path))


@pytest.mark.slow
def test_everything_that_draws_or_remembers_runs_on_two_replicas(tmp_path):
    changes = {
        "loss": "sampled_softmax",
        "num_uniform_negatives": 8,
        "num_cross_batch_negatives": 50,
        "frequency_estimate": "streaming",
        "alignment_weight": 0.01,
        "coordination_weight": 0.01,
        "correspondence_weight": 0.01,
        "id_dropout": 0.1,
        "dropout": 0.2,
        "precision": "mixed_bfloat16",
        "epochs": 6,
        "learning_rate": 0.02,
    }
    replicas, report, _ = _train("mirrored", changes, tmp_path)
    assert replicas == 2
    losses = [each["retrieval_loss"] for each in report["train_losses"]]
    assert losses[-1] < 0.98 * losses[0]
    again = _train("mirrored", changes, tmp_path)[1]
    assert again["train_losses"] == report["train_losses"]
    assert again["resumed_at_steps"] == [48]


# What a worker says that lost the other, or whose port was taken before it started.
_CUT_OFF = ("UnavailableError", "Could not start gRPC server")


def _two_workers(folder: Path) -> tuple[Path, list[tuple[int, dict, list]]]:
    """The folder in which two workers trained, and what each of them found.

    Workers that were cut off from each other, and nothing else, are tried again, with a warning:
    one who lost the other fails, or waits until it is aborted.
    """
    errors = ""
    for attempt in range(3):
        shared = folder / str(attempt)
        command = _command("multi_worker", {}, shared)
        ends = run_cluster(command, shared / "printed", cwd=contracts.ROOT)
        if not any(end.return_code for end in ends):
            return shared, [_parsed(end.output) for end in ends]
        errors = "\n".join(
            f"worker {index} ended with {end.return_code}: {end.errors[-3000:]}"
            for index, end in enumerate(ends)
        )
        failed = [end.errors for end in ends if end.return_code not in (0, -signal.SIGABRT)]
        cut_off = any(sign in text for sign in _CUT_OFF for text in failed)
        assert cut_off or not failed, errors
        warnings.warn(f"Two workers were cut off from each other:\n{errors}", stacklevel=1)
    pytest.fail(f"Two workers were cut off from each other three times.\n{errors}")


@pytest.mark.slow
def test_two_workers_have_the_loss_of_one(alone, tmp_path):
    folder, results = _two_workers(tmp_path)
    for result in results:
        _agrees(alone, result)
    # One of them wrote.
    assert len(list((folder / "logs").glob("train/events*"))) == 1
    assert list((folder / "checkpoints").glob("ckpt-*.index"))


def test_multi_worker_needs_a_cluster(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    with pytest.raises(ValueError, match="TF_CONFIG"):
        make_strategy("multi_worker")


def test_multi_worker_comes_before_anything_else(monkeypatch: pytest.MonkeyPatch):
    task = {"cluster": {"worker": ["localhost:1"]}, "task": {"type": "worker", "index": 0}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(task))
    tf.zeros([1])
    with pytest.raises(RuntimeError, match="before TensorFlow was used"):
        make_strategy("multi_worker")


def test_one_process_is_its_own_chief():
    strategy = make_strategy("none")
    assert strategy.num_replicas_in_sync == 1
    assert is_chief(strategy)
    assert agreed_values(strategy, {"ndcg": 0.25}) == {"ndcg": 0.25}
    assert make_strategy("mirrored").num_replicas_in_sync == 1
