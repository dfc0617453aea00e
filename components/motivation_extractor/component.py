"""The TFX component that reads motivations out of texts."""

from tfx.dsl.components.base import base_beam_component, executor_spec
from tfx.types import channel, standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from components.motivation_extractor import executor
from components.motivation_extractor.profile_files import (
    state_of_profiles,
    with_absolute_profiles,
)
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.taxonomy import Taxonomy


class MotivationExtractorSpec(ComponentSpec):
    """Inputs, outputs and parameters of `MotivationExtractor`."""

    PARAMETERS = {
        executor.CONFIG_KEY: ExecutionParameter(type=str),
        executor.TAXONOMY_KEY: ExecutionParameter(type=str),
        executor.PROFILES_KEY: ExecutionParameter(type=str, optional=True),
    }
    INPUTS = {
        executor.EXAMPLES_KEY: ChannelParameter(type=standard_artifacts.Examples),
        executor.CATALOGUE_KEY: ChannelParameter(type=standard_artifacts.Examples),
        executor.TEXTS_KEY: ChannelParameter(type=standard_artifacts.Examples, optional=True),
    }
    OUTPUTS = {
        executor.MOTIVATIONS_KEY: ChannelParameter(type=standard_artifacts.Examples),
    }


class MotivationExtractor(base_beam_component.BaseBeamComponent):
    """Reads motivations out of the training reviews and the catalogue.

    The output has the splits `reviews`, `users` and `items` and, at its root, `taxonomy.yaml`,
    `calibration.json` and `extraction_report.json`. Held-out events are not opened.
    """

    SPEC_CLASS = MotivationExtractorSpec
    EXECUTOR_SPEC = executor_spec.BeamExecutorSpec(executor.Executor)

    def __init__(
        self,
        examples: channel.BaseChannel,
        catalogue: channel.BaseChannel,
        config: ExtractionConfig | None = None,
        texts: channel.BaseChannel | None = None,
        data_directory: str = "",
    ):
        """Makes the component.

        Args:
            examples: events with the splits train, validation and test.
            catalogue: items, in the split catalogue.
            config: the settings. The taxonomy is read here and travels by its content, so a
                worker elsewhere needs no file, and an edited one is not mistaken for cached.
            texts: events without a purchase, in the split texts; they speak for their users only.
            data_directory: what relative patterns of `config.precomputed` start at.
        """
        config = with_absolute_profiles(config or ExtractionConfig(), data_directory)
        inputs = {} if texts is None else {executor.TEXTS_KEY: texts}
        spec = MotivationExtractorSpec(
            **{
                **inputs,
                executor.EXAMPLES_KEY: examples,
                executor.CATALOGUE_KEY: catalogue,
                executor.CONFIG_KEY: config.model_dump_json(),
                executor.TAXONOMY_KEY: Taxonomy.load(config.taxonomy).model_dump_json(),
                executor.PROFILES_KEY: state_of_profiles(config),
                executor.MOTIVATIONS_KEY: channel.Channel(type=standard_artifacts.Examples),
            }
        )
        super().__init__(spec=spec)
