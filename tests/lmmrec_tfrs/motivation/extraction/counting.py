"""Fake models that write down each call, in files: workers may be other processes."""

import uuid
from pathlib import Path

from tests.lmmrec_tfrs.motivation.fakes import FakeModels, WordScorer


class ModelFailure(RuntimeError):
    """A model that broke down."""


class _Book:
    def __init__(self, folder, fail_after=None):
        self._folder = Path(folder)
        self._fail_after = fail_after

    def enter(self, kind, texts):
        folder = self._folder / kind
        folder.mkdir(parents=True, exist_ok=True)
        if self._fail_after is not None and len(list(folder.iterdir())) >= self._fail_after:
            raise ModelFailure(f"the {kind} broke down")
        (folder / uuid.uuid4().hex).write_text("\0".join(texts), encoding="utf-8")


class CountingScorer(WordScorer):
    """Writes down the texts that it reads."""

    def __init__(self, taxonomy, book):
        super().__init__(taxonomy)
        self._book = book

    def read(self, texts):
        """Reads texts."""
        self._book.enter("language_model", [text.text for text in texts])
        return super().read(texts)


class CountingModels(FakeModels):
    """Loads models that write down each call.

    Args:
        folder: where they write.
        fail_after: after so many batches the language model breaks down.
    """

    def __init__(self, folder, fail_after=None):
        self.folder = Path(folder)
        self.book = _Book(folder, fail_after)

    def load_reader(self, config, taxonomy):
        """Loads the scorer."""
        return CountingScorer(taxonomy, self.book)

    def read_by_language_model(self):
        """All texts that the language model was asked for so far."""
        files = (self.folder / "language_model").glob("*")
        return [t for file in files for t in file.read_text(encoding="utf-8").split("\0")]
