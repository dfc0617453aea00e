"""The specification of RetrievalIndexer."""

from tfx.dsl.components.base import base_component, executor_spec
from tfx.types import channel, standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from components.retrieval_indexer import executor
from lmmrec_tfrs.retrieval.config import RetrievalConfig


class RetrievalIndexerSpec(ComponentSpec):
    """Inputs, outputs and parameters of RetrievalIndexer."""

    PARAMETERS = {executor.CONFIG_KEY: ExecutionParameter(type=str)}
    INPUTS = {
        executor.MODEL_KEY: ChannelParameter(type=standard_artifacts.Model),
        executor.CATALOGUE_KEY: ChannelParameter(type=standard_artifacts.Examples),
        executor.MOTIVATIONS_KEY: ChannelParameter(type=standard_artifacts.Examples),
        executor.EXAMPLES_KEY: ChannelParameter(type=standard_artifacts.Examples, optional=True),
    }
    OUTPUTS = {executor.INDEX_KEY: ChannelParameter(type=standard_artifacts.Model)}


class RetrievalIndexer(base_component.BaseComponent):
    """Builds a ScaNN SavedModel that recommends with reasons, and gates it by its recall.

    Args:
        model: what the trainer exported, with the signatures `embed_query` and `embed_item`.
        catalogue: the items to index.
        motivations: what MotivationExtractor wrote; the taxonomy gives the names.
        examples: events; recall is measured on the users of their training split and on those
            that have motivations. Without it, on the latter.
        config: how to build the index; the defaults where absent.
    """

    SPEC_CLASS = RetrievalIndexerSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(executor.Executor)

    def __init__(
        self,
        model: channel.BaseChannel,
        catalogue: channel.BaseChannel,
        motivations: channel.BaseChannel,
        examples: channel.BaseChannel | None = None,
        config: RetrievalConfig | None = None,
    ):
        inputs = {
            executor.MODEL_KEY: model,
            executor.CATALOGUE_KEY: catalogue,
            executor.MOTIVATIONS_KEY: motivations,
        }
        if examples is not None:
            inputs[executor.EXAMPLES_KEY] = examples
        super().__init__(
            RetrievalIndexerSpec(
                **inputs,
                **{
                    executor.INDEX_KEY: channel.Channel(type=standard_artifacts.Model),
                    executor.CONFIG_KEY: (config or RetrievalConfig()).model_dump_json(),
                },
            )
        )
