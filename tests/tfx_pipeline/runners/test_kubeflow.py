"""The pipeline that runs locally compiles to a specification that Kubeflow parses."""

import json

import pytest
import yaml
from google.protobuf import json_format
from kfp import components as kfp_components
from kfp.pipeline_spec import pipeline_spec_pb2

from tfx_pipeline.config import load_config
from tfx_pipeline.pipeline import Locations
from tfx_pipeline.runners.kubeflow import compile_for_kubeflow

pytestmark = pytest.mark.kubeflow

LOCATIONS = Locations("gs://bucket/reviews", "gs://bucket/root", "gs://bucket/serving")
IMAGE = "registry.example/lmmrec:1"
TASKS = {
    "ReviewExampleGen",
    "StatisticsGen",
    "ReviewSchemaGen",
    "StrictExampleValidator",
    "MotivationExtractor",
    "Transform",
    "LMMRecTrainer",
    "RetrievalIndexer",
    "RankingEvaluator",
    "Pusher",
}


@pytest.fixture(scope="module")
def specification(tmp_path_factory):
    path = tmp_path_factory.mktemp("kubeflow") / "pipeline.yaml"
    compile_for_kubeflow(load_config("sample"), LOCATIONS, IMAGE, str(path))
    return path


def test_specification_parses_strictly(specification):
    mapping = yaml.safe_load(specification.read_text())
    parsed = json_format.ParseDict(mapping, pipeline_spec_pb2.PipelineSpec())
    assert parsed.schema_version.startswith("2.1")
    assert set(parsed.root.dag.tasks) == TASKS
    assert parsed.pipeline_info.name == "sample"


def test_kubeflow_loads_the_specification(specification):
    component = kfp_components.load_component_from_text(specification.read_text())
    assert component.component_spec.name == "sample"


def test_every_step_runs_a_container_of_the_given_image(specification):
    mapping = yaml.safe_load(specification.read_text())
    executors = mapping["deploymentSpec"]["executors"]
    assert len(executors) == len(TASKS)
    assert {executor["container"]["image"] for executor in executors.values()} == {IMAGE}


def test_motivations_wait_for_the_validation(specification):
    tasks = yaml.safe_load(specification.read_text())["root"]["dag"]["tasks"]
    for task in ("MotivationExtractor", "Transform"):
        assert "StrictExampleValidator" in tasks[task]["dependentTasks"]


def test_components_get_their_whole_configuration(specification):
    tasks = yaml.safe_load(specification.read_text())["root"]["dag"]["tasks"]
    parameters = tasks["LMMRecTrainer"]["inputs"]["parameters"]
    constant = parameters["config_json"]["runtimeValue"]["constant"]
    assert json.loads(constant) == load_config("sample").training.model_dump(mode="json")


def test_other_endings_are_refused(tmp_path):
    with pytest.raises(ValueError, match="ending in"):
        compile_for_kubeflow(load_config("sample"), LOCATIONS, IMAGE, str(tmp_path / "pipeline"))


def test_a_search_goes_between_the_motivations_and_the_trainer(tmp_path):
    path = tmp_path / "pipeline.yaml"
    config = load_config("sample", ["tuning.trials=3", "seed=4"])
    compile_for_kubeflow(config, LOCATIONS, IMAGE, str(path))
    mapping = yaml.safe_load(path.read_text())
    json_format.ParseDict(mapping, pipeline_spec_pb2.PipelineSpec())
    tasks = mapping["root"]["dag"]["tasks"]
    assert set(tasks) == TASKS | {"LMMRecTuner"}
    assert {"MotivationExtractor", "Transform"} <= set(tasks["LMMRecTuner"]["dependentTasks"])
    best = tasks["LMMRecTrainer"]["inputs"]["artifacts"]["hyperparameters"]["taskOutputArtifact"]
    assert best["producerTask"] == "LMMRecTuner"
    parameters = tasks["LMMRecTuner"]["inputs"]["parameters"]
    sent = json.loads(parameters["tuning_json"]["runtimeValue"]["constant"])
    assert (sent["trials"], sent["seed"]) == (3, 4)
    directory = parameters["project_directory"]["runtimeValue"]["constant"]
    assert directory.startswith(LOCATIONS.pipeline_root)
