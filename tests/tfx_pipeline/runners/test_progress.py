"""Progress is read from TFX's own log."""

import io
import logging

import tensorflow as tf
from absl import logging as absl_logging
from rich.console import Console

from tfx_pipeline.runners.progress import component_progress


def test_components_are_shown_as_they_run_and_reused_ones_marked():
    output = io.StringIO()
    console = Console(file=output, width=100)
    absl = logging.getLogger("absl")
    with component_progress(console, total=2) as progress:
        absl.info("Component %s is running.", "Transform")
        logging.getLogger("lmmrec_tfrs.training").info("epoch 1: [NDCG@20] 0.1")
        absl.info("Component %s is finished.", "Transform")
        absl.info("Component %s is running.", "Pusher")
        absl.info("A cached execution %d is used.", 3)
        absl.info("Component %s is finished.", "Pusher")
    assert progress.reused == {"Pusher"}
    assert list(progress.seconds) == ["Transform", "Pusher"]
    text = output.getvalue()
    assert "[ 1/2] Transform" in text
    assert "epoch 1" not in text
    assert "[ 2/2] Pusher: unchanged, reused" in text


def test_without_a_terminal_a_long_component_says_now_and_then_how_far_it_is():
    output = io.StringIO()
    console = Console(file=output, width=100)
    with component_progress(console, total=1, seconds_between_lines=0.0):
        logging.getLogger("absl").info("Component %s is running.", "Transform")
        logging.getLogger("lmmrec_tfrs.training").info("epoch 1: [NDCG@20] 0.1")
        logging.getLogger("somebody_else").info("chatter")
    assert "epoch 1: [NDCG@20] 0.1" in output.getvalue()
    assert "chatter" not in output.getvalue()


def test_a_warning_of_ours_is_always_shown():
    output = io.StringIO()
    with component_progress(Console(file=output, width=100), total=1):
        logging.getLogger("lmmrec_tfrs.training").warning("no time was given")
    assert "no time was given" in output.getvalue()


def test_on_a_terminal_the_line_is_live_and_one_is_left():
    output = io.StringIO()
    console = Console(file=output, width=60, force_terminal=True)
    with component_progress(console, total=1) as progress:
        logging.getLogger("absl").info("Component %s is running.", "Transform")
        logging.getLogger("lmmrec_tfrs.training").info("epoch 1\nand more: " + "x" * 100)
        assert "[ 1/1] Transform ... 0 s  epoch 1" in progress.__rich__().plain
        logging.getLogger("absl").info("Component %s is finished.", "Transform")
        assert not progress.__rich__().plain
    assert "[ 1/1] Transform: 0.0 s" in output.getvalue()


def test_loggers_are_left_as_they_were():
    logger = logging.getLogger("lmmrec_tfrs")
    before = (logger.level, list(logger.handlers))
    with component_progress(Console(file=io.StringIO()), total=1):
        assert logger.level == logging.INFO
    assert (logger.level, list(logger.handlers)) == before


def test_components_that_save_a_model_do_not_end_the_progress(tmp_path):
    output = io.StringIO()
    verbosity = absl_logging.get_verbosity()
    with component_progress(Console(file=output, width=100), total=1):
        logging.getLogger("absl").info("Component %s is running.", "Pusher")
        tf.saved_model.save(tf.Module(), str(tmp_path))
        logging.getLogger("absl").info("Component %s is finished.", "Pusher")
    assert "[ 1/1] Pusher" in output.getvalue()
    assert absl_logging.get_verbosity() == verbosity
