"""StrictExampleValidator: anomalies stop the pipeline."""

from tfx.components.example_validator.component import ExampleValidator
from tfx.dsl.components.base import executor_spec

from components.strict_example_validator import executor


class StrictExampleValidator(ExampleValidator):
    """TFX's ExampleValidator, which fails where there are anomalies instead of noting them.

    TFX's own component records anomalies and succeeds: whatever does not read its blessing
    goes on. Here the pipeline ends with an account of what is wrong with which feature.
    """

    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(executor.Executor)
