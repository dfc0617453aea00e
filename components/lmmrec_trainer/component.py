"""LMMRecTrainer: trains the two towers on behaviour and motivations."""

from tfx import types
from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from components.lmmrec_trainer import channels, executor
from lmmrec_tfrs.training.config import TrainingConfig


class LMMRecTrainerSpec(ComponentSpec):
    """The component's interface."""

    PARAMETERS = {
        executor.CONFIG_JSON: ExecutionParameter(type=str),
        executor.CHECKPOINT_DIRECTORY: ExecutionParameter(type=str),
    }
    INPUTS = {
        channels.EXAMPLES: ChannelParameter(type=standard_artifacts.Examples),
        channels.TRANSFORM_GRAPH: ChannelParameter(type=standard_artifacts.TransformGraph),
        channels.CATALOGUE: ChannelParameter(type=standard_artifacts.Examples),
        channels.MOTIVATIONS: ChannelParameter(type=standard_artifacts.Examples),
        executor.HYPERPARAMETERS: ChannelParameter(
            type=standard_artifacts.HyperParameters, optional=True
        ),
    }
    OUTPUTS = {
        executor.MODEL: ChannelParameter(type=standard_artifacts.Model),
        executor.MODEL_RUN: ChannelParameter(type=standard_artifacts.ModelRun),
    }


class LMMRecTrainer(base_component.BaseComponent):
    """Trains LMMRec and exports its towers.

    Outputs `model` (the SavedModel with `embed_query` and `embed_item` under
    `Format-Serving`, the towers under `keras`, and `training_report.json`) and `model_run`
    (TensorBoard logs).

    Args:
        examples: the events as Transform wrote them, with splits `train` and `validation`.
        transform_graph: Transform's output, which holds the vocabularies.
        catalogue: the items, split `catalogue`.
        motivations: the motivations, splits `users` and `items`.
        config: the settings of the training run.
        hyperparameters: the best ones of a search, which take the place of the configured ones.
        checkpoint_directory: where an unfinished run keeps its checkpoints, local or remote,
            so that a run that was killed goes on; they go once it is done. Empty for none.
    """

    SPEC_CLASS = LMMRecTrainerSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(executor.Executor)

    def __init__(
        self,
        examples: types.BaseChannel,
        transform_graph: types.BaseChannel,
        catalogue: types.BaseChannel,
        motivations: types.BaseChannel,
        config: TrainingConfig | None = None,
        hyperparameters: types.BaseChannel | None = None,
        checkpoint_directory: str = "",
    ):
        super().__init__(
            LMMRecTrainerSpec(
                examples=examples,
                transform_graph=transform_graph,
                catalogue=catalogue,
                motivations=motivations,
                hyperparameters=hyperparameters,
                config_json=(config or TrainingConfig()).model_dump_json(),
                checkpoint_directory=checkpoint_directory,
                model=types.Channel(type=standard_artifacts.Model),
                model_run=types.Channel(type=standard_artifacts.ModelRun),
            )
        )
