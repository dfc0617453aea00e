"""For all tests: Keras 2, selected before any of them imports TensorFlow, and no deadline."""

import gc

import hypothesis
import pytest

import lmmrec_tfrs

__all__ = ["lmmrec_tfrs"]

# Importing TensorFlow and TFX makes millions of objects that stay. While they are imported, and
# later each time, Python would look through all of them for garbage.
gc.disable()

# How long an example takes says how busy the machine is: nothing that a test should fail for.
hypothesis.settings.register_profile("no deadline", deadline=None)
hypothesis.settings.load_profile("no deadline")

# A file runs in one process. These take the longest, a minute and more each: they start first,
# for a process that has one of them left at the end lets the other wait.
LONG_FILES = (
    "test_end_to_end.py",
    "test_candidate_likelihood.py",
    "test_extract_command.py",
    "test_smollm2_answers.py",
    "test_tuning.py",
    "test_docs.py",
    "test_retrieval_end_to_end.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests of the long files first; all others keep their order."""
    order = {name: position for position, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: order.get(item.path.name, len(LONG_FILES)))


def pytest_collection_finish() -> None:
    """Everything is imported: from here on garbage is collected among what the tests make."""
    gc.freeze()
    gc.enable()
