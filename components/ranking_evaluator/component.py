"""The specification of RankingEvaluator."""

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from components.ranking_evaluator import executor
from lmmrec_tfrs.evaluation.config import EvaluationConfig


class RankingEvaluatorSpec(ComponentSpec):
    """Inputs, outputs and parameters of RankingEvaluator."""

    PARAMETERS = {
        executor.CONFIG_KEY: ExecutionParameter(type=str),
        executor.BLESSED_MODEL_DIRECTORY_KEY: ExecutionParameter(type=str),
    }
    INPUTS = {
        executor.MODEL_KEY: ChannelParameter(type=standard_artifacts.Model),
        executor.EXAMPLES_KEY: ChannelParameter(type=standard_artifacts.Examples),
        executor.CATALOGUE_KEY: ChannelParameter(type=standard_artifacts.Examples),
    }
    OUTPUTS = {
        executor.EVALUATION_KEY: ChannelParameter(type=standard_artifacts.ModelEvaluation),
        executor.BLESSING_KEY: ChannelParameter(type=standard_artifacts.ModelBlessing),
    }


class RankingEvaluator(base_component.BaseComponent):
    """Ranks the whole catalogue for the held-out users, beside baselines, and blesses.

    Args:
        model: a SavedModel with the signatures `embed_query` and `embed_item`; the exact dot
            products of its embeddings are evaluated, without an index.
        examples: events with the splits train, validation and test.
        catalogue: the items that may be recommended.
        config: what is measured and what it takes to be blessed; the defaults where absent.
        blessed_model_directory: where the Pusher pushes to; its numbered folder of the highest
            number is the latest blessed model, evaluated on the same split. Empty, or
            without such a folder: there is none yet.
    """

    SPEC_CLASS = RankingEvaluatorSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(executor.Executor)

    def __init__(
        self,
        model: channel.BaseChannel,
        examples: channel.BaseChannel,
        catalogue: channel.BaseChannel,
        config: EvaluationConfig | None = None,
        blessed_model_directory: str = "",
    ):
        super().__init__(
            RankingEvaluatorSpec(
                **{
                    executor.MODEL_KEY: model,
                    executor.EXAMPLES_KEY: examples,
                    executor.CATALOGUE_KEY: catalogue,
                    executor.EVALUATION_KEY: channel.Channel(
                        type=standard_artifacts.ModelEvaluation
                    ),
                    executor.BLESSING_KEY: channel.Channel(type=standard_artifacts.ModelBlessing),
                    executor.CONFIG_KEY: (config or EvaluationConfig()).model_dump_json(),
                    executor.BLESSED_MODEL_DIRECTORY_KEY: blessed_model_directory,
                }
            )
        )
