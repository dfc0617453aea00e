"""A run that was interrupted, at whatever step, ends as if it had not been."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.backbones.matrix_factorization import matrix_factorization
from lmmrec_tfrs.backbones.mlp import mlp
from lmmrec_tfrs.training import step_runner
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.fit import TrainedModel, train
from tests import contracts
from tests.lmmrec_tfrs.training.planted import planted_data

# Every kind of state: dropouts, uniform negatives, the memory, the frequencies, the teacher.
CONFIG = TrainingConfig(
    embedding_dim=4,
    epochs=3,
    batch_size=20,
    learning_rate=0.02,
    num_uniform_negatives=8,
    num_cross_batch_negatives=50,
    frequency_estimate="streaming",
    coordination_weight=0.01,
    correspondence_weight=0.01,
    checkpoint_steps=5,
)
STEPS_PER_EPOCH = 8


def _data():
    return planted_data(users_per_block=10, items_per_block=6)


def _ends_alike(first: dict, second: dict) -> None:
    for name in ("train_losses", "validation_history", "best_epoch", "epochs"):
        assert json.dumps(first[name]) == json.dumps(second[name]), name


def _interrupt_after(monkeypatch: pytest.MonkeyPatch, steps: int, action) -> None:
    """Makes calls of one step each, and acts after so many of them."""
    monkeypatch.setattr(step_runner, "_STEPS_A_CALL_AT_MOST", 1)
    run, done = step_runner.StepRunner.run, []

    def counted(self, inputs):
        run(self, inputs)
        done.append(1)
        if len(done) == steps:
            action()

    monkeypatch.setattr(step_runner.StepRunner, "run", counted)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> TrainedModel:
    return train(_data(), CONFIG, str(tmp_path_factory.mktemp("logs")))


def test_the_steps_of_an_epoch_are_what_these_tests_say():
    assert len(_data().train_pairs) // CONFIG.batch_size == STEPS_PER_EPOCH


@pytest.mark.slow
@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.campaign)]
)
def test_a_signal_saves_the_step_and_the_next_run_continues(
    number: signal.Signals, uninterrupted: TrainedModel, tmp_path, monkeypatch
):
    steps = STEPS_PER_EPOCH + 3
    with monkeypatch.context() as patch:
        _interrupt_after(patch, steps, lambda: signal.raise_signal(number))
        expected = KeyboardInterrupt if number == signal.SIGINT else SystemExit
        with pytest.raises(expected):
            train(_data(), CONFIG, str(tmp_path / "logs"), checkpoint_directory=str(tmp_path / "c"))
    again = train(_data(), CONFIG, str(tmp_path / "logs"), checkpoint_directory=str(tmp_path / "c"))
    assert again.report["resumed_at_steps"] == [steps]
    _ends_alike(again.report, uninterrupted.report)
    ids = tf.constant(["user 1", "user 7", "nobody"])
    np.testing.assert_array_equal(again.query(ids), uninterrupted.query(ids))
    # Finished, it is not trained again; other settings or data are refused.
    third = train(_data(), CONFIG, str(tmp_path / "logs"), checkpoint_directory=str(tmp_path / "c"))
    _ends_alike(third.report, uninterrupted.report)
    np.testing.assert_array_equal(third.query(ids), uninterrupted.query(ids))
    slower = CONFIG.model_copy(update={"learning_rate": 0.01, "checkpoint_steps": 7})
    with pytest.raises(ValueError, match=r"learning_rate was 0\.02, is 0\.01\. Continue"):
        train(_data(), slower, str(tmp_path / "logs"), checkpoint_directory=str(tmp_path / "c"))
    other = planted_data(seed=1, users_per_block=10, items_per_block=6)
    with pytest.raises(ValueError, match="data was"):
        train(other, CONFIG, str(tmp_path / "logs"), checkpoint_directory=str(tmp_path / "c"))


@pytest.mark.slow
def test_handlers_of_signals_are_put_back(tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    config = CONFIG.model_copy(update={"epochs": 1})
    train(_data(), config, str(tmp_path / "logs"), checkpoint_directory=str(tmp_path / "c"))
    assert signal.getsignal(signal.SIGTERM) is before


_RUN = """
import json, os, signal, sys
import lmmrec_tfrs
from lmmrec_tfrs.training import fit, step_runner
from tests.lmmrec_tfrs.training.test_resuming import CONFIG, _data

folder, kill_after = sys.argv[1], int(sys.argv[2])
step_runner._STEPS_A_CALL_AT_MOST = 1
run, done = step_runner.StepRunner.run, []

def counted(self, inputs):
    run(self, inputs)
    done.append(1)
    if len(done) == kill_after:
        os.kill(os.getpid(), signal.SIGKILL)

step_runner.StepRunner.run = counted
trained = fit.train(_data(), CONFIG, folder + "/logs", checkpoint_directory=folder + "/checkpoints")
print(json.dumps(trained.report))
"""


@pytest.mark.slow
def test_killed_at_a_random_step_it_ends_at_the_same_loss(uninterrupted: TrainedModel, tmp_path):
    last = 3 * STEPS_PER_EPOCH - 1
    steps = random.randint(CONFIG.checkpoint_steps + 1, last)
    killed = _run(tmp_path, steps)
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-3000:]
    finished = _run(tmp_path, 0)
    assert finished.returncode == 0, finished.stderr[-3000:]
    report = json.loads(finished.stdout.splitlines()[-1])
    saved = steps // CONFIG.checkpoint_steps * CONFIG.checkpoint_steps
    # What is saved after a step is lost where the kill comes right behind the step.
    if steps % CONFIG.checkpoint_steps == 0:
        saved -= CONFIG.checkpoint_steps
    assert report["resumed_at_steps"] == [saved], f"killed after step {steps}"
    expected = uninterrupted.report
    for name in ("train_losses", "validation_history"):
        for epoch, values in enumerate(expected[name]):
            assert report[name][epoch] == pytest.approx(values, abs=1e-6), (
                f"{name}, killed after step {steps}"
            )


def _run(folder: Path, kill_after: int) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", _RUN, str(folder), str(kill_after)],
        capture_output=True,
        text=True,
        cwd=contracts.ROOT,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        check=False,
    )


@pytest.mark.slow
def test_another_backbone_of_ones_own_does_not_continue_a_run(tmp_path):
    config = CONFIG.model_copy(update={"epochs": 1})

    def trained_with(backbone):
        train(_data(), config, str(tmp_path / "logs"), None, str(tmp_path / "run"), backbone)

    trained_with(lambda data: matrix_factorization(data.users.num_embeddings, 24, 4))
    with pytest.raises(ValueError, match="it is another one by now"):
        trained_with(lambda data: mlp(data.users.num_embeddings, 24, 4))
