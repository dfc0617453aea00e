"""Which Beam runner the steps of a pipeline run on."""

from tfx_pipeline.config import PipelineConfig

LOCAL_ARGUMENTS = (
    # Beam's direct runner first looks for a Go binary, on the network too, then for a cloud's
    # sources and timers in every step. This is what it comes to in the end, without the looking.
    "--runner=apache_beam.runners.portability.fn_api_runner.fn_runner.FnApiRunner",
    # Nothing runs in a container. But unless one is named, TFX builds a package of itself for the
    # workers, each time a component starts: two seconds.
    "--sdk_container_image=none",
)


def beam_arguments(config: PipelineConfig) -> list[str]:
    """The arguments of Beam's pipelines: the configured ones, and the local runner where none is.

    >>> from tfx_pipeline.config import load_config
    >>> beam_arguments(load_config("sample"))[0].rpartition(".")[-1]
    'FnApiRunner'
    >>> beam_arguments(load_config("sample", ["beam_pipeline_args=[--runner=FlinkRunner]"]))
    ['--runner=FlinkRunner']
    """
    given = list(config.beam_pipeline_args)
    chosen = any(argument.partition("=")[0] == "--runner" for argument in given)
    return given if chosen else [*LOCAL_ARGUMENTS, *given]
