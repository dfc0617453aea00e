"""ReviewExampleGen: the executor on temporary artifacts, the component, and both runners."""

import json

import pytest
from tfx.proto import example_gen_pb2
from tfx.types import artifact_utils, standard_artifacts
from tfx.utils import proto_utils

from components.review_example_gen import executor
from lmmrec_tfrs.data import example_files
from lmmrec_tfrs.ingestion.config import IngestionConfig
from lmmrec_tfrs.ingestion.errors import IngestionError
from lmmrec_tfrs.ingestion.report import IngestionReport

CONFIG = IngestionConfig(
    format="csv",
    events="events-*.csv",
    columns={"user_id": "user", "item_id": "item", "text": "text"},
    catalogue="items.csv",
    catalogue_columns={"item_id": "item", "title": "title"},
)


@pytest.fixture
def data(tmp_path):
    """A folder with two event files (one bad row among them) and a catalogue."""
    folder = tmp_path / "data"
    folder.mkdir()
    rows = [f'u{n % 4},i{n % 5},"text\n{n}"' for n in range(10)]
    for name, part in (("events-1.csv", rows[:5]), ("events-2.csv", [*rows[5:], ",i1,no user"])):
        (folder / name).write_text("\n".join(["user,item,text", *part]))
    (folder / "items.csv").write_text("item,title\ni0,Coat\ni9,Scarf\n")
    return folder


def run_executor(data, output, config=CONFIG):
    outputs = {}
    for key in executor.OUTPUT_KEYS:
        artifact = standard_artifacts.Examples()
        artifact.uri = str(output / key)
        outputs[key] = [artifact]
    input_config = example_gen_pb2.Input(
        splits=[
            example_gen_pb2.Input.Split(name=name, pattern=pattern)
            for name, pattern in config.patterns.items()
        ]
    )
    executor.Executor().Do(
        {},
        outputs,
        {
            "input_base": str(data),
            "input_config": proto_utils.proto_to_json(input_config),
            "config_json": config.model_dump_json(),
        },
    )
    return {key: artifacts[0] for key, artifacts in outputs.items()}


def test_executor_writes_the_artifacts(data, tmp_path):
    artifacts = run_executor(data, tmp_path / "out")
    examples, catalogue, quarantine, texts_ = (artifacts[key] for key in executor.OUTPUT_KEYS)
    assert artifact_utils.decode_split_names(examples.split_names) == [
        "train",
        "validation",
        "test",
    ]
    assert artifact_utils.decode_split_names(catalogue.split_names) == ["catalogue"]
    assert artifact_utils.decode_split_names(quarantine.split_names) == ["quarantine"]
    assert artifact_utils.decode_split_names(texts_.split_names) == ["texts"]
    assert list(example_files.read_texts(texts_.uri)) == []
    for artifact in artifacts.values():
        assert artifact.get_string_custom_property("payload_format") == "FORMAT_TF_EXAMPLE"

    report = IngestionReport.read(quarantine.uri)
    assert (report.events.read, report.events.kept) == (11, 10)
    # Random: of each user's two or three events, one is test.
    assert report.splits == {"train": 6, "validation": 0, "test": 4}
    assert examples.get_int_custom_property("train_events") == 6
    assert examples.get_string_custom_property("split_strategy") == "random"
    assert quarantine.get_int_custom_property("rows_quarantined") == 1

    (row,) = example_files.read_quarantine(quarantine.uri)
    assert (row.raw, row.reason) == (b",i1,no user", "missing_user_id")
    assert row.location == "events-2.csv:line 12"
    titles = {item.item_id: item.title for item in example_files.read_catalogue(catalogue.uri)}
    assert titles == {"i0": "Coat", "i1": "", "i2": "", "i3": "", "i4": "", "i9": "Scarf"}
    texts = {event.text for event in example_files.read_events(examples.uri, "train")}
    assert all(text.startswith("text\n") for text in texts)


@pytest.mark.slow
def test_executor_reads_texts_and_given_test_events(data, tmp_path):
    (data / "notes.jsonl").write_text(
        '{"client": "u1", "note": "wants wool, ring +44 20 7946 0958"}\n'
        '{"client": "walk-in", "note": "looks for a coat"}\n'
    )
    config = IngestionConfig(
        **{
            **CONFIG.model_dump(),
            "events": "events-1.csv",
            "test_events": "events-2.csv",
            "texts": "notes.jsonl",
            "text_columns": {"user_id": "client", "text": "note", "default_source": "note"},
        }
    )
    artifacts = run_executor(data, tmp_path / "out", config)
    examples, texts = (artifacts[key] for key in (executor.EXAMPLES_KEY, executor.TEXTS_KEY))
    assert sorted((e.user_id, e.text) for e in example_files.read_texts(texts.uri)) == [
        ("u1", "wants wool, ring [PHONE]"),
        ("walk-in", "looks for a coat"),
    ]
    assert texts.get_int_custom_property("texts") == 2
    assert texts.get_int_custom_property("text_only_users") == 1
    assert examples.get_string_custom_property("split_strategy") == "given"
    assert examples.get_int_custom_property("test_events") == 5


@pytest.mark.slow
def test_executor_takes_the_patterns_that_the_driver_resolved(data, tmp_path):
    config = CONFIG.model_copy(update={"events": "events-1.csv"})
    quarantine = run_executor(data, tmp_path / "out", config)[executor.QUARANTINE_KEY]
    assert IngestionReport.read(quarantine.uri).files == ("events-1.csv", "items.csv")


def test_executor_names_the_broken_file(data, tmp_path):
    (data / "events-2.csv").write_bytes(b"")
    with pytest.raises(IngestionError, match=r"events-2\.csv: expected .* found an empty file"):
        run_executor(data, tmp_path / "out")


@pytest.fixture
def make_pipeline(data, tmp_path):
    """Makes a pipeline of ReviewExampleGen alone. Imports `tfx.components`, which is slow."""
    from tfx.orchestration import metadata, pipeline

    from components.review_example_gen.component import ReviewExampleGen

    def make():
        return pipeline.Pipeline(
            pipeline_name="ingestion",
            pipeline_root=str(tmp_path / "root"),
            components=[ReviewExampleGen(input_base=str(data), config=CONFIG)],
            enable_cache=True,
            metadata_connection_config=metadata.sqlite_metadata_connection_config(
                str(tmp_path / "metadata.sqlite")
            ),
        )

    return make


@pytest.mark.slow
def test_format_properties_are_those_of_tfx(data, tmp_path):
    from tfx.components.util import examples_utils

    examples = run_executor(data, tmp_path / "out")[executor.EXAMPLES_KEY]
    assert examples_utils.get_payload_format(examples) == example_gen_pb2.FORMAT_TF_EXAMPLE
    assert examples_utils.get_file_format(examples) == "tfrecords_gzip"


@pytest.mark.slow
def test_second_local_run_is_cached_until_a_file_changes(make_pipeline, data, tmp_path):
    from tfx.orchestration.local.local_dag_runner import LocalDagRunner

    def runs():
        quarantines = tmp_path / "root" / "ReviewExampleGen" / "quarantine"
        return len(list(quarantines.glob("*/ingestion_report.json")))

    LocalDagRunner().run(make_pipeline())
    LocalDagRunner().run(make_pipeline())
    assert runs() == 1
    (data / "items.csv").write_text("item,title\ni0,Long coat\n")
    LocalDagRunner().run(make_pipeline())
    assert runs() == 2


@pytest.mark.slow
def test_local_runner_shows_the_readable_error(make_pipeline, data):
    from tfx.orchestration.local.local_dag_runner import LocalDagRunner

    (data / "events-1.csv").unlink()
    (data / "events-2.csv").unlink()
    with pytest.raises(IngestionError, match=r"events-\*\.csv: expected at least one file"):
        LocalDagRunner().run(make_pipeline())


@pytest.mark.slow
@pytest.mark.kubeflow
def test_compiles_for_kubeflow_as_a_file_based_example_gen(make_pipeline, tmp_path):
    from tfx.orchestration.kubeflow.v2 import kubeflow_v2_dag_runner

    runner = kubeflow_v2_dag_runner.KubeflowV2DagRunner(
        config=kubeflow_v2_dag_runner.KubeflowV2DagRunnerConfig(
            default_image="image", use_pipeline_spec_2_1=True
        ),
        output_dir=str(tmp_path),
        output_filename="ingestion.json",
    )
    specification = runner.run(make_pipeline())["pipelineSpec"]
    (component,) = specification["components"].values()
    assert set(component["outputDefinitions"]["artifacts"]) == {
        "examples",
        "catalogue",
        "quarantine",
        "texts",
    }
    (deployed,) = specification["deploymentSpec"]["executors"].values()
    hook = deployed["container"]["lifecycle"]["preCacheCheck"]
    assert any("file_based_example_gen" in word for word in hook["command"])
    assert "components.review_example_gen.executor.Executor" in deployed["container"]["args"]
    (task,) = specification["root"]["dag"]["tasks"].values()
    value = task["inputs"]["parameters"]["config_json"]["runtimeValue"]["constant"]
    assert IngestionConfig.model_validate(json.loads(value)) == CONFIG
