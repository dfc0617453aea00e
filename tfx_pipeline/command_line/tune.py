"""`lmmrec tune`: the pipeline up to the search for hyper-parameters."""

from rich.console import Console

from tfx_pipeline.command_line.run import run_pipeline
from tfx_pipeline.command_line.trials import read_trials, tuning_table
from tfx_pipeline.config import ConfigError, PipelineConfig

_SHOWN = 10


def tune_and_print(config: PipelineConfig, data: str, output: str, console: Console) -> None:
    """Searches and prints the best trials.

    `lmmrec run` with the same settings into the same folder takes up the result.

    Args:
        config: what is read, trained and searched.
        data: the folder of the input files.
        output: the folder of the run's artifacts.
        console: where to print.

    Raises:
        ConfigError: no trials are asked for.
    """
    if not config.tuning.trials:
        raise ConfigError("expected one or more trials, received 0: pass --trials.")
    folder = run_pipeline(config, data, output, console, last="LMMRecTuner")
    console.print(tuning_table(read_trials(folder), _SHOWN))
