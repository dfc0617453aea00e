"""Loading SavedModels with and without ScaNN."""

import importlib.util

import pytest

from lmmrec_tfrs.retrieval import saved_model
from tests.lmmrec_tfrs.retrieval.toy_model import random_model


@pytest.fixture(scope="module")
def model_path(tmp_path_factory):
    return random_model(3, 4, 2, 2, seed=0).save(str(tmp_path_factory.mktemp("model")))


def test_a_model_without_an_index_needs_no_scann(model_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not saved_model.needs_scann(model_path)
    saved_model.load_saved_model(model_path)


def test_no_scann_is_told(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="extra 'serve'"):
        saved_model.register_scann_operations()


def test_a_model_is_no_index(model_path):
    with pytest.raises(ValueError, match="export it again with recommend"):
        saved_model.load_index(model_path)


def test_an_empty_folder_is_no_saved_model(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no saved_model\.pb"):
        saved_model.load_saved_model(str(tmp_path))


def test_nothing_to_embed_is_refused(model_path):
    with pytest.raises(ValueError, match="at least one item_id"):
        saved_model.embed_items(saved_model.load_saved_model(model_path), [])


def test_batches_do_not_show(model_path):
    model = saved_model.load_saved_model(model_path)
    ids = ["i3", "i0", "unknown", "i1"]
    whole, parts = (saved_model.embed_items(model, ids, size) for size in (10, 3))
    for name, values in whole.items():
        assert (values == parts[name]).all()
    assert whole["known"].tolist() == [True, True, False, True]
