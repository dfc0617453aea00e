"""LMMRecTuner: searches hyper-parameters with KerasTuner, as TFX's Tuner does."""

from tfx import types
from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import standard_artifacts, standard_component_specs
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from components.lmmrec_trainer import channels
from components.lmmrec_tuner import executor
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.tuning.config import TuningConfig

TUNER_FN = "components.lmmrec_tuner.tuner.tuner_fn"


class LMMRecTunerSpec(ComponentSpec):
    """The component's interface: TFX's Tuner's, and the trainer's other channels."""

    PARAMETERS = {
        executor.TRAINING_JSON: ExecutionParameter(type=str),
        executor.TUNING_JSON: ExecutionParameter(type=str),
        executor.PROJECT_DIRECTORY: ExecutionParameter(type=str),
        standard_component_specs.TUNER_FN_KEY: ExecutionParameter(type=str),
    }
    INPUTS = {
        channels.EXAMPLES: ChannelParameter(type=standard_artifacts.Examples),
        channels.TRANSFORM_GRAPH: ChannelParameter(type=standard_artifacts.TransformGraph),
        channels.CATALOGUE: ChannelParameter(type=standard_artifacts.Examples),
        channels.MOTIVATIONS: ChannelParameter(type=standard_artifacts.Examples),
    }
    OUTPUTS = standard_component_specs.TunerSpec.OUTPUTS


class LMMRecTuner(base_component.BaseComponent):
    """Searches the hyper-parameters with the best validation NDCG.

    TFX's own Tuner has no channels for the catalogue and the motivations. This one has, and
    runs that component's executor: a `tuner_fn` makes the KerasTuner tuner, and the outputs are
    `best_hyperparameters` (KerasTuner's values as JSON) and `tuner_results` (all trials).

    Args:
        examples: the events as Transform wrote them, with splits `train` and `validation`.
        transform_graph: Transform's output, which holds the vocabularies.
        catalogue: the items, split `catalogue`.
        motivations: the motivations, splits `users` and `items`.
        training: the settings around which is searched.
        tuning: how many trials, and what is searched.
        project_directory: the folder of KerasTuner's projects, kept so that a search that was
            stopped goes on; local or remote. Empty for none.
        tuner_fn: the function that makes the tuner, by its dotted name; see
            `components.lmmrec_tuner.tuner.tuner_fn`.
    """

    SPEC_CLASS = LMMRecTunerSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(executor.Executor)

    def __init__(
        self,
        examples: types.BaseChannel,
        transform_graph: types.BaseChannel,
        catalogue: types.BaseChannel,
        motivations: types.BaseChannel,
        training: TrainingConfig,
        tuning: TuningConfig,
        project_directory: str = "",
        tuner_fn: str = TUNER_FN,
    ):
        super().__init__(
            LMMRecTunerSpec(
                examples=examples,
                transform_graph=transform_graph,
                catalogue=catalogue,
                motivations=motivations,
                training_json=training.model_dump_json(),
                tuning_json=tuning.model_dump_json(),
                project_directory=project_directory,
                tuner_fn=tuner_fn,
                best_hyperparameters=types.Channel(type=standard_artifacts.HyperParameters),
                tuner_results=types.Channel(type=standard_artifacts.TunerResults),
            )
        )
