"""RankingEvaluator on temporary artifacts."""

from pathlib import Path

import numpy as np
import pytest
from tfx.types import channel, standard_artifacts
from tfx.utils import path_utils

from components.ranking_evaluator.component import RankingEvaluator
from components.ranking_evaluator.executor import Executor
from lmmrec_tfrs.data import columns, example_files, records
from lmmrec_tfrs.evaluation.config import EvaluationConfig
from lmmrec_tfrs.evaluation.report import EvaluationReport
from lmmrec_tfrs.retrieval import saved_model
from lmmrec_tfrs.retrieval.config import RetrievalConfig
from lmmrec_tfrs.retrieval.scann_index import build_scann_index
from lmmrec_tfrs.retrieval.signatures import RetrievalModule
from tests.lmmrec_tfrs.retrieval.toy_model import ToyModel

# Six items; each user's test item is `right[user]`.
ITEMS = [f"i{n}" for n in range(6)]
USERS = [f"u{n}" for n in range(12)]
CONFIG = EvaluationConfig(ks=(1, 3), gate_metric="ndcg@3", ials_factors=2, bootstrap_samples=100)


def artifact(kind, path):
    result = kind()
    result.uri = str(path)
    return result


GOOD, BAD, DISTRACTED = (1, 0), (-1, 0), (1, 2)


def save_model(path, taste):
    """A model that scores each user's test and validation item as `taste` says, others 0."""
    item_rows = {item: ([*np.eye(6)[n], 0.0], [1.0]) for n, item in enumerate(ITEMS)}
    user_rows = {}
    for n, user in enumerate(USERS):
        vector = taste[0] * np.eye(6)[n % 6] + taste[1] * np.eye(6)[(n + 2) % 6]
        user_rows[user] = ([*vector, 1.0], [1.0])
    return ToyModel(user_rows, item_rows).save(str(path))


def push_index(model_path, path):
    """What the Pusher would push: an index, with ScaNN's operations inside."""
    model = saved_model.load_saved_model(model_path)
    items = saved_model.embed_items(model, ITEMS)
    queries = saved_model.embed_queries(model, USERS)["embedding"]
    index = build_scann_index(items["embedding"], queries, RetrievalConfig(recall_at=3))
    weights = items["motivation_weights"]
    RetrievalModule(model, index, ITEMS, weights, ["gift"], 1).export(str(path))


@pytest.fixture
def inputs(tmp_path):
    """u0 tests on i0, u1 on i1, ...; each trained on the next item, validates on the one after."""
    examples = artifact(standard_artifacts.Examples, tmp_path / "examples")
    for split, offset in ((columns.TEST, 0), (columns.TRAIN, 1), (columns.VALIDATION, 2)):
        events = [records.Event(user, f"i{(n + offset) % 6}") for n, user in enumerate(USERS)]
        example_files.write_examples(examples.uri, split, map(records.event_to_example, events))
    catalogue = artifact(standard_artifacts.Examples, tmp_path / "catalogue")
    example_files.write_examples(
        catalogue.uri,
        columns.CATALOGUE,
        [records.item_to_example(records.Item(item)) for item in [*ITEMS, "cold"]],
    )
    return {"examples": [examples], "catalogue": [catalogue]}


@pytest.fixture
def run(inputs, tmp_path):
    """Runs the executor on a good or a bad model; returns the blessing and the report."""

    def evaluate(taste, config=CONFIG, blessed_model_directory=""):
        model = artifact(standard_artifacts.Model, tmp_path / "model")
        model.id = 7
        save_model(path_utils.serving_model_dir(model.uri), taste)
        outputs = {
            "evaluation": [artifact(standard_artifacts.ModelEvaluation, tmp_path / "evaluation")],
            "blessing": [artifact(standard_artifacts.ModelBlessing, tmp_path / "blessing")],
        }
        properties = {
            "config_json": config.model_dump_json(),
            "blessed_model_directory": str(blessed_model_directory),
        }
        Executor().Do({**inputs, "model": [model]}, outputs, properties)
        document = (tmp_path / "evaluation" / "metrics.json").read_text()
        return outputs["blessing"][0], EvaluationReport.from_json(document)

    return evaluate


def files(blessing):
    return sorted(path.name for path in Path(blessing.uri).iterdir())


def test_a_good_model_is_blessed_as_the_pusher_expects(run, tmp_path):
    blessing, report = run(taste=GOOD, blessed_model_directory=tmp_path / "nothing_yet")
    assert files(blessing) == ["BLESSED"]
    assert blessing.get_int_custom_property("blessed") == 1
    assert blessing.get_string_custom_property("current_model") == str(tmp_path / "model")
    assert blessing.get_int_custom_property("current_model_id") == 7
    assert report.verdict.blessed
    assert report.scorers == ("model", "most_popular", "ease", "ials")
    assert set(report.settings) == {"ease", "ials"}
    assert report.value("model", "ndcg@1") == 1.0
    assert (report.num_users, report.num_items, report.num_cold_items) == (12, 7, 1)


def test_a_model_below_the_floor_is_not_blessed(run):
    floor = CONFIG.model_copy(update={"minimum_value": 0.9})
    blessing, report = run(taste=BAD, config=floor)
    assert files(blessing) == ["NOT_BLESSED"]
    assert blessing.get_int_custom_property("blessed") == 0
    assert "below the floor of 0.9000" in report.verdict.reasons[0]


def test_a_model_below_the_latest_pushed_index_is_not_blessed(run, tmp_path):
    pushed = tmp_path / "pushed"
    push_index(save_model(tmp_path / "old", taste=BAD), pushed / "99")
    push_index(save_model(tmp_path / "new", taste=GOOD), pushed / "100")
    blessing, report = run(taste=BAD, blessed_model_directory=pushed)
    assert files(blessing) == ["NOT_BLESSED"]
    assert "the latest blessed model reaches 1.0000" in report.verdict.reasons[0]
    assert report.value("blessed_model", "ndcg@3") == 1.0
    assert {each.other for each in report.comparisons} == {
        "blessed_model",
        "most_popular",
        "ease",
        "ials",
    }


def test_a_model_above_the_latest_pushed_index_is_blessed(run, tmp_path):
    push_index(save_model(tmp_path / "old", taste=BAD), tmp_path / "pushed" / "5")
    blessing, _ = run(taste=GOOD, blessed_model_directory=tmp_path / "pushed")
    assert files(blessing) == ["BLESSED"]


@pytest.mark.parametrize(("mask", "recall"), [(True, 1.0), (False, 0.0)])
def test_validation_items_are_masked_where_asked_for(run, mask, recall):
    config = CONFIG.model_copy(update={"mask_validation": mask, "baselines": ()})
    # The model puts the validation item before the test item.
    _, report = run(taste=DISTRACTED, config=config)
    assert report.value("model", "recall@1") == recall
    assert report.masked == (("train", "validation") if mask else ("train",))


def test_the_specification_carries_the_config_as_json():
    component = RankingEvaluator(
        model=channel.Channel(type=standard_artifacts.Model),
        examples=channel.Channel(type=standard_artifacts.Examples),
        catalogue=channel.Channel(type=standard_artifacts.Examples),
        config=EvaluationConfig(minimum_value=0.25),
        blessed_model_directory="somewhere",
    )
    properties = component.exec_properties
    assert properties["blessed_model_directory"] == "somewhere"
    config = EvaluationConfig.model_validate_json(properties["config_json"])
    assert config.minimum_value == 0.25
    assert set(component.outputs) == {"evaluation", "blessing"}
