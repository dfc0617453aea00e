"""The pipeline: the same object runs locally and compiles for Kubeflow."""

import dataclasses
import os

from ml_metadata.proto import metadata_store_pb2
from tfx.components.pusher.component import Pusher
from tfx.components.statistics_gen.component import StatisticsGen
from tfx.components.transform.component import Transform
from tfx.orchestration.pipeline import Pipeline
from tfx.proto import pusher_pb2, transform_pb2
from tfx.types import BaseChannel

from components.lmmrec_trainer.component import LMMRecTrainer
from components.lmmrec_tuner.component import LMMRecTuner
from components.motivation_extractor.component import MotivationExtractor
from components.ranking_evaluator.component import RankingEvaluator
from components.retrieval_indexer.component import RetrievalIndexer
from components.review_example_gen.component import ReviewExampleGen
from components.review_schema_gen.component import ReviewSchemaGen
from components.strict_example_validator.component import StrictExampleValidator
from lmmrec_tfrs.data import columns
from tfx_pipeline.beam_arguments import beam_arguments
from tfx_pipeline.config import PipelineConfig

PREPROCESSING = "components.lmmrec_trainer.preprocessing.preprocessing_fn"


@dataclasses.dataclass(frozen=True)
class Locations:
    """Where a pipeline reads and writes: paths or URIs.

    Attributes:
        data: the folder of the input files.
        pipeline_root: the folder under which the artifacts go.
        serving_directory: the folder into which blessed models are pushed, a version each.
    """

    data: str
    pipeline_root: str
    serving_directory: str

    @classmethod
    def under(cls, data: str, output: str) -> "Locations":
        """The locations of a run whose output lies in one folder."""
        return cls(
            data=data,
            pipeline_root=os.path.join(output, "pipeline_root"),
            serving_directory=os.path.join(output, "serving_model"),
        )

    def resumable(self, component: str) -> str:
        """Where a component keeps unfinished work, beside the artifacts of every run."""
        return os.path.join(self.pipeline_root, ".resumable", component)


def create_pipeline(
    config: PipelineConfig,
    locations: Locations,
    metadata: metadata_store_pb2.ConnectionConfig | None = None,
) -> Pipeline:
    """Builds the pipeline, from reviews to a pushed ScaNN SavedModel.

    Args:
        config: what to do.
        locations: where to read and write.
        metadata: the ML Metadata store; Kubeflow brings its own.

    Returns:
        A pipeline that no runner has seen yet.
    """
    example_gen = ReviewExampleGen(input_base=locations.data, config=config.data)
    examples = example_gen.outputs["examples"]
    catalogue = example_gen.outputs["catalogue"]
    statistics_gen = StatisticsGen(examples=examples)
    schema_gen = ReviewSchemaGen(schema_file=config.validation.schema_file)
    validator = StrictExampleValidator(
        statistics=statistics_gen.outputs["statistics"], schema=schema_gen.outputs["schema"]
    )

    extractor = MotivationExtractor(
        examples=examples,
        catalogue=catalogue,
        config=config.motivation,
        texts=example_gen.outputs["texts"],
        data_directory=locations.data,
    )
    motivations = extractor.outputs["motivations"]
    transform = Transform(
        examples=examples,
        schema=schema_gen.outputs["schema"],
        preprocessing_fn=PREPROCESSING,
        splits_config=transform_pb2.SplitsConfig(
            analyze=[columns.TRAIN], transform=[columns.TRAIN, columns.VALIDATION]
        ),
        # Nobody reads them: StatisticsGen has described the events already.
        disable_statistics=True,
    )
    # Neither reads the anomalies, but neither may start on data that has some.
    for component in (extractor, transform):
        component.add_upstream_node(validator)

    training_data = {
        "examples": transform.outputs["transformed_examples"],
        "transform_graph": transform.outputs["transform_graph"],
        "catalogue": catalogue,
        "motivations": motivations,
    }
    tuners = _tuners(config, locations, training_data)
    trainer = LMMRecTrainer(
        **training_data,
        config=config.training,
        hyperparameters=tuners[0].outputs["best_hyperparameters"] if tuners else None,
        checkpoint_directory=locations.resumable(LMMRecTrainer.__name__),
    )
    model = trainer.outputs["model"]
    indexer = RetrievalIndexer(
        model=model,
        catalogue=catalogue,
        motivations=motivations,
        examples=examples,
        config=config.retrieval,
    )
    evaluator = RankingEvaluator(
        model=model,
        examples=examples,
        catalogue=catalogue,
        config=config.evaluation,
        blessed_model_directory=locations.serving_directory,
    )
    pusher = Pusher(
        model=indexer.outputs["index"],
        model_blessing=evaluator.outputs["blessing"],
        push_destination=pusher_pb2.PushDestination(
            filesystem=pusher_pb2.PushDestination.Filesystem(
                base_directory=locations.serving_directory
            )
        ),
    )
    return Pipeline(
        pipeline_name=config.name,
        pipeline_root=locations.pipeline_root,
        components=[
            example_gen,
            statistics_gen,
            schema_gen,
            validator,
            extractor,
            transform,
            *tuners,
            trainer,
            indexer,
            evaluator,
            pusher,
        ],
        enable_cache=True,
        metadata_connection_config=metadata,
        beam_pipeline_args=beam_arguments(config),
    )


def _tuners(
    config: PipelineConfig, locations: Locations, training_data: dict[str, BaseChannel]
) -> list[LMMRecTuner]:
    """The search for hyper-parameters, where one is asked for."""
    if not config.tuning.trials:
        return []
    tuner = LMMRecTuner(
        **training_data,
        training=config.training,
        tuning=config.tuning,
        project_directory=locations.resumable(LMMRecTuner.__name__),
    )
    return [tuner]
