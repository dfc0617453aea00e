"""Several devices, and several workers, train the model that one trains."""

import json
import os
import shutil
import signal
import socket
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
if distribution == "multi_worker":
    assert make_strategy(distribution) is strategy
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

_OF_WORKERS = """
import json, os, sys
from pathlib import Path
import lmmrec_tfrs
from lmmrec_tfrs.training import step_runner
worker = json.loads(os.environ["TF_CONFIG"])["task"]["index"]
"""

# The second worker is the slower one, by its own clock.
_UNEVEN = (
    _OF_WORKERS
    + """
class Clock:
    seconds = 0.0
    def monotonic(self):
        self.seconds += worker
        return self.seconds

step_runner.time = Clock()
"""
)

# The second worker dies once there is a checkpoint.
_DYING = (
    _OF_WORKERS
    + """
run = step_runner.StepRunner.run
def run_or_die(self, inputs):
    if worker == 1 and list(Path(sys.argv[3]).glob("checkpoints/ckpt-*.index")):
        os._exit(9)
    run(self, inputs)

step_runner.StepRunner.run = run_or_die
"""
)


def _command(distribution: str, changes: dict, folder: Path, before: str = "") -> list[str]:
    program = [sys.executable, "-X", "faulthandler", "-c", before + _PROGRAM]
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


@pytest.mark.campaign
@pytest.mark.slow
def test_two_replicas_have_the_loss_of_one(alone, tmp_path):
    """A mean over the whole batch: not the sum of the replicas' losses, nor half of it."""
    _agrees(alone, _train("mirrored", {}, tmp_path))


@pytest.mark.campaign
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


def _two_workers(
    folder: Path, before: str = "", checkpoints: Path | None = None
) -> tuple[Path, list[tuple[int, dict, list]]]:
    """The folder in which two workers trained, and what each of them found.

    Workers that were cut off from each other, and nothing else, are tried again, with a warning.

    Args:
        folder: each attempt has one of its own in it.
        before: what each of them runs before the program.
        checkpoints: of an earlier run, to go on from.
    """
    errors = ""
    for attempt in range(3):
        shared = folder / str(attempt)
        if checkpoints:
            shutil.copytree(checkpoints, shared / "checkpoints")
        command = _command("multi_worker", {}, shared, before)
        ends = run_cluster(command, shared / "printed", cwd=contracts.ROOT)
        if not any(end.return_code for end in ends):
            return shared, [_parsed(end.output) for end in ends]
        errors = "\n".join(
            f"worker {index} ended with {end.return_code}: {end.errors[-3000:]}"
            for index, end in enumerate(ends)
        )
        # Those that were aborted because they waited say nothing of why.
        failed = [end.errors for end in ends if end.return_code not in (0, -signal.SIGABRT)]
        assert any(sign in text for sign in _CUT_OFF for text in failed), errors
        warnings.warn(f"Two workers were cut off from each other:\n{errors}", stacklevel=1)
    pytest.fail(f"Two workers were cut off from each other three times.\n{errors}")


@pytest.mark.slow
def test_two_workers_have_the_loss_of_one(alone, tmp_path):
    """Also where one is slower, so that alone each would give other numbers of steps to a call."""
    folder, results = _two_workers(tmp_path, _UNEVEN)
    for result in results:
        _agrees(alone, result)
    # One of them wrote.
    assert len(list((folder / "logs").glob("train/events*"))) == 1
    assert list((folder / "checkpoints").glob("ckpt-*.index"))


@pytest.mark.campaign
@pytest.mark.slow
def test_two_workers_go_on_where_one_was_lost(alone, tmp_path):
    lost = tmp_path / "lost"
    command = _command("multi_worker", {}, lost, _DYING)
    first, second = run_cluster(command, lost / "printed", cwd=contracts.ROOT)
    assert second.return_code == 9, second.errors[-3000:]
    assert first.return_code != 0
    _, results = _two_workers(tmp_path, checkpoints=lost / "checkpoints")
    for result in results:
        assert 0 < result[1]["resumed_at_steps"][0] < 16
        _agrees(alone, result)


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


@pytest.mark.slow
def test_a_worker_whose_port_is_taken_says_so():
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        cluster = {"worker": [address, "127.0.0.1:1"]}
        task = {"cluster": cluster, "task": {"type": "worker", "index": 0}}
        program = (
            "from lmmrec_tfrs.training import distribution as d; d.make_strategy('multi_worker')"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            check=False,
            capture_output=True,
            text=True,
            cwd=contracts.ROOT,
            env={**os.environ, "TF_CONFIG": json.dumps(task)},
        )
    assert done.returncode == 1
    expected = "RuntimeError: expected to listen where TF_CONFIG says"
    # TensorFlow may say more on its way out.
    said = next((line for line in done.stderr.splitlines() if line.startswith(expected)), "")
    assert "port is free" in said, done.stderr[-3000:]
    assert address in said


def test_one_process_is_its_own_chief():
    strategy = make_strategy("none")
    assert strategy.num_replicas_in_sync == 1
    assert is_chief(strategy)
    assert agreed_values(strategy, {"ndcg": 0.25}) == {"ndcg": 0.25}
    assert make_strategy("mirrored").num_replicas_in_sync == 1
