"""Compiles the pipeline to a Kubeflow Pipelines v2 specification."""

import os
from typing import Any

from tfx.orchestration.kubeflow.v2.kubeflow_v2_dag_runner import (
    KubeflowV2DagRunner,
    KubeflowV2DagRunnerConfig,
)

from tfx_pipeline.config import PipelineConfig
from tfx_pipeline.pipeline import Locations, create_pipeline


def compile_for_kubeflow(
    config: PipelineConfig, locations: Locations, image: str, output_file: str
) -> dict[str, Any]:
    """Writes a pipeline specification, version 2.1, that Kubeflow Pipelines 2 accepts.

    Args:
        config: what to do.
        locations: URIs that the cluster's containers reach.
        image: a container image with this project and its locked packages in it.
        output_file: the file to write, ending in .yaml or .json.

    Returns:
        The specification as a mapping.

    Raises:
        ValueError: the file's name ends otherwise.
    """
    if not output_file.endswith((".yaml", ".yml", ".json")):
        raise ValueError(f"expected a file ending in .yaml or .json, received '{output_file}'.")
    runner = KubeflowV2DagRunner(
        config=KubeflowV2DagRunnerConfig(
            default_image=image, display_name=config.name, use_pipeline_spec_2_1=True
        ),
        output_dir=os.path.dirname(os.path.abspath(output_file)),
        output_filename=os.path.basename(output_file),
    )
    return runner.run(create_pipeline(config, locations), write_out=True)
