"""Prepared data of the retrieval benchmark: what is read, and when it counts as changed."""

import dataclasses
import json

import numpy as np
import pytest

from benchmarks.retrieval_bench import data_sets
from benchmarks.retrieval_bench import prepare as preparing
from benchmarks.retrieval_bench.bench_data import read_bench_data
from benchmarks.retrieval_bench.contents import contents_of
from benchmarks.retrieval_bench.prepare import prepare
from benchmarks.retrieval_bench.prepared import MANIFEST, PreparedFolder
from lmmrec_tfrs.data.records import ColdMotivations
from tests.benchmarks.toy_retrieval import NUM_ITEMS, NUM_USERS, prepared_toy, write_toy


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_toy(tmp_path_factory.mktemp("data") / "toy")


@pytest.fixture(scope="module")
def data(folder):
    return read_bench_data(folder)


def test_models_and_baselines_see_the_same_pairs(data):
    training = data.training_data()
    validation, test = data.interactions()
    assert training.users.num_owners == NUM_USERS
    assert training.items.num_owners == test.num_items == NUM_ITEMS
    assert len(training.train_pairs) == validation.train.nnz == 3 * NUM_USERS
    assert validation.relevant.nnz == test.relevant.nnz == NUM_USERS
    # On test, what was to be found in validation is masked as well.
    assert training.users.halves.has_halves.all()
    assert (test.masked.nnz, validation.masked.nnz) == (4 * NUM_USERS, 3 * NUM_USERS)


def test_what_is_masked_besides_is_not_to_be_found(data):
    _, test = dataclasses.replace(data, also_masked=data.test[:1]).interactions()
    assert test.relevant.nnz == NUM_USERS - 1
    assert test.masked.nnz == 4 * NUM_USERS + 1


def test_the_digest_changes_with_all_that_a_model_sees(data):
    changed = [
        dataclasses.replace(data, train=data.train[1:], train_timestamps=data.train_timestamps[1:]),
        dataclasses.replace(data, test=data.test[1:]),
        dataclasses.replace(data, catalogue=data.catalogue[1:]),
        dataclasses.replace(data, also_masked=data.test[:1]),
        dataclasses.replace(data, review_motivations=data.review_motivations[1:]),
        dataclasses.replace(
            data,
            item_motivations=(
                dataclasses.replace(data.item_motivations[0], vector=np.ones(4, np.float32)),
                *data.item_motivations[1:],
            ),
        ),
        dataclasses.replace(
            data,
            item_motivations=(
                dataclasses.replace(
                    data.item_motivations[0],
                    cold=ColdMotivations(np.ones(2, np.float32), np.ones(4, np.float32), 1),
                ),
                *data.item_motivations[1:],
            ),
        ),
    ]
    digests = {data.digest(), *(each.digest() for each in changed)}
    assert len(digests) == 1 + len(changed)
    order = dataclasses.replace(
        data, train=data.train[::-1], train_timestamps=data.train_timestamps[::-1]
    )
    assert order.digest() == data.digest()


def test_contents_tell_other_data_apart_and_not_the_last_digits(data):
    first = contents_of(data)
    assert first.same_as(contents_of(data))
    order = dataclasses.replace(
        data,
        train=data.train[::-1],
        train_timestamps=data.train_timestamps[::-1],
        catalogue=data.catalogue[::-1],
        user_motivations=data.user_motivations[::-1],
    )
    assert first.same_as(contents_of(order))

    def weights(factor):
        return tuple(
            dataclasses.replace(record, weights=record.weights * np.float32(factor))
            for record in data.item_motivations
        )

    assert first.same_as(contents_of(dataclasses.replace(data, item_motivations=weights(1.0001))))
    changed = [
        {"train": data.train[1:], "train_timestamps": data.train_timestamps[1:]},
        {"train_timestamps": (7, *data.train_timestamps[1:])},
        {"validation": data.test, "test": data.validation},
        {"catalogue": data.catalogue[1:]},
        {"also_masked": data.test[:1]},
        {"user_motivations": data.user_motivations[1:]},
        {"review_motivations": data.review_motivations[1:]},
        {"item_motivations": weights(0.9)},
    ]
    for change in changed:
        assert not first.same_as(contents_of(dataclasses.replace(data, **change))), change


def test_the_manifest_notices_changed_files_and_refuses_another_configuration(tmp_path):
    folder = write_toy(tmp_path / "toy")
    first = folder.manifest({"k": 1})
    stored = json.loads((folder.path / MANIFEST).read_text())
    assert stored == first == folder.manifest({"k": 1})
    # The same events in another file: looked at anew, and found to be the same.
    (file,) = (folder.path / "examples" / "Split-test").glob("*")
    file.rename(file.with_name("another.gz"))
    again = folder.manifest({"k": 1})
    assert again["files"] != first["files"]
    assert again["digest"] == first["digest"]
    with pytest.raises(ValueError, match="prepared with the present configuration"):
        folder.manifest({"k": 2})


def test_a_folder_without_the_extraction_is_not_complete(tmp_path):
    folder = write_toy(tmp_path / "toy")
    assert folder.is_complete
    (folder.path / "motivations" / "extraction_report.json").unlink()
    assert not folder.is_complete
    assert not PreparedFolder(tmp_path / "nothing").is_complete


def test_a_data_set_that_is_absent_is_skipped_with_a_message(tmp_path, capsys):
    assert prepare(["steam"], tmp_path / "data", tmp_path / "prepared") == []
    assert "steam: skipped, for there is no folder" in capsys.readouterr().out


def test_a_folder_of_other_files_is_not_taken_up(tmp_path, monkeypatch):
    data, prepared = tmp_path / "data", tmp_path / "prepared"
    (data / "steam").mkdir(parents=True)
    (data / "steam" / "reviews").write_text("one")
    monkeypatch.setattr(preparing, "_extract", lambda config, raw, output: write_toy(output))
    (ready,) = prepare(["steam"], data, prepared)
    assert prepare(["steam"], data, prepared) == [ready]
    # Where the files are gone there is nothing to compare with.
    assert prepare(["steam"], tmp_path / "elsewhere", prepared) == [ready]
    (data / "steam" / "reviews").write_text("another")
    with pytest.raises(ValueError, match="prepared from the files of"):
        prepare(["steam"], data, prepared)


@pytest.mark.parametrize("name", data_sets.DATA_SETS)
def test_the_configurations_of_all_data_sets_are_valid(name):
    data_set = data_sets.DATA_SETS[name]
    assert data_set.config().data == data_set.cold_config().data
    # What somebody wrote after reading the withheld reviews is not for the cold study.
    assert data_set.cold_config().motivation.strategy != "precomputed"


def test_the_toy_is_ready(tmp_path):
    prepared = prepared_toy(tmp_path)
    assert prepared.counts["candidates without training interactions"] >= 2
    assert prepared.config.training.epochs == 2
