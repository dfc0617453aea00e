"""The `lmmrec` command."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer
from rich.console import Console

from lmmrec_tfrs.errors import ReadableError
from tfx_pipeline.command_line.fast_imports import fast_imports
from tfx_pipeline.command_line.logs import keep_libraries_quiet

app = typer.Typer(
    name="lmmrec",
    help="Recommendations and the reasons for them, from what people write and what they do.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ConfigOption = Annotated[
    str, typer.Option("--config", "-c", help="A YAML file, or the name of a shipped configuration.")
]
DataOption = Annotated[str, typer.Option("--data", "-d", help="The folder of the input files.")]
OutputOption = Annotated[
    str, typer.Option("--output", "-o", help="The folder of the run's artifacts and model.")
]
OverridesOption = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", help="A setting, as section.key=value. May be repeated."),
]


def readable_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Prints the errors that a person can mend as one message, without a traceback."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except KeyboardInterrupt:
            Console(stderr=True).print(
                "\nInterrupted. Run the same command again: finished components, and what the "
                "models have read, are reused."
            )
            raise typer.Exit(130) from None
        except Exception as error:
            message = _readable_message(error)
            if message is None:
                raise
            Console(stderr=True).print(f"[red]error:[/red] {message}", highlight=False)
            raise typer.Exit(1) from None

    return wrapped


def _readable_message(error: BaseException) -> str | None:
    """The message of the first error in the chain that was written for a person."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, (ReadableError, FileNotFoundError)):
            return str(seen)
        seen = seen.__cause__ or seen.__context__
    return None


@app.command()
@readable_errors
def run(
    config: ConfigOption,
    data: DataOption,
    output: OutputOption,
    settings: OverridesOption = None,
) -> None:
    """Run the pipeline on this machine, from reviews to a served model."""
    from tfx_pipeline.command_line.run import run_and_summarise
    from tfx_pipeline.config import load_config

    run_and_summarise(load_config(config, settings or []), data, output, Console())


@app.command()
@readable_errors
def extract(
    config: ConfigOption,
    data: DataOption,
    output: OutputOption,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only estimate texts, tokens and time.")
    ] = False,
    settings: OverridesOption = None,
) -> None:
    """Read the motivations only, or estimate what that would cost."""
    from tfx_pipeline.command_line.extract import extract as extract_motivations
    from tfx_pipeline.config import load_config

    loaded = load_config(config, settings or [])
    extract_motivations(loaded, data, output, dry_run, Console())


@app.command()
@readable_errors
def tune(
    config: ConfigOption,
    data: DataOption,
    output: OutputOption,
    trials: Annotated[
        int | None, typer.Option(min=1, help="Models to train; tuning.trials if left out.")
    ] = None,
    settings: OverridesOption = None,
) -> None:
    """Search the training's settings only; a search that was stopped goes on."""
    from tfx_pipeline.command_line.tune import tune_and_print
    from tfx_pipeline.config import load_config

    given = [*(settings or []), *([f"tuning.trials={trials}"] if trials else [])]
    tune_and_print(load_config(config, given), data, output, Console())


@app.command("fit-weights")
@readable_errors
def fit_weights(
    config: ConfigOption,
    labels: Annotated[
        str, typer.Option(help='JSON lines: {"text": ..., "motivations": [name, ...]}.')
    ],
    settings: OverridesOption = None,
) -> None:
    """Find out from labelled texts how much the language model should weigh."""
    from tfx_pipeline.config import load_config

    loaded = load_config(config, settings or [])
    with fast_imports("reading with language models", "read"):
        from tfx_pipeline.command_line.fit_weights import fit_and_print

    fit_and_print(loaded, labels, Console())


@app.command()
@readable_errors
def recommend(
    output: OutputOption,
    user: Annotated[list[str], typer.Option("--user", "-u", help="A user id. May be repeated.")],
    k: Annotated[int, typer.Option("--k", min=1, help="How many items.")] = 10,
    include_seen: Annotated[
        bool, typer.Option(help="Also recommend what the user already has.")
    ] = False,
) -> None:
    """Recommend items to users, with the motivations behind each."""
    from tfx_pipeline.output_folder import OutputFolder

    folder = OutputFolder(os.path.abspath(output))
    folder.config()
    folder.served_model()
    with fast_imports("recommending", "pipeline"):
        from tfx_pipeline.command_line.recommend import print_recommendations

    print_recommendations(folder, user, k, include_seen, Console())


@app.command()
@readable_errors
def evaluate(
    output: OutputOption,
    split: Annotated[
        str | None, typer.Option(help="validation or test; the configured one if left out.")
    ] = None,
    settings: OverridesOption = None,
) -> None:
    """Rank the whole catalogue again with a run's newest model, beside the baselines."""
    from tfx_pipeline.output_folder import OutputFolder

    folder = OutputFolder(os.path.abspath(output))
    folder.config()
    with fast_imports("evaluation", "pipeline"):
        from tfx_pipeline.command_line.evaluate import evaluate_and_print

    evaluate_and_print(folder, split, settings or [], Console())


@app.command()
@readable_errors
def inspect(
    output: OutputOption,
    what: Annotated[
        str | None,
        typer.Argument(
            help="events, catalogue, quarantine, motivations, tuning, model, index, evaluation"
        ),
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="How many rows to show.")] = 5,
) -> None:
    """Show what a run's artifacts hold, the quarantine included."""
    from tfx_pipeline.command_line.inspect import print_artifact
    from tfx_pipeline.output_folder import OutputFolder

    print_artifact(OutputFolder(os.path.abspath(output)), what, rows, Console())


@app.command("compile")
@readable_errors
def compile_command(
    config: ConfigOption,
    data: Annotated[str, typer.Option("--data", help="URI of the input files' folder.")],
    pipeline_root: Annotated[str, typer.Option(help="URI under which the artifacts go.")],
    serving_directory: Annotated[str, typer.Option(help="URI into which models are pushed.")],
    image: Annotated[str, typer.Option(help="Container image with this project in it.")],
    output_file: Annotated[
        str, typer.Option(help="The specification to write, .yaml or .json.")
    ] = "pipeline.yaml",
    settings: OverridesOption = None,
) -> None:
    """Compile the pipeline to a Kubeflow Pipelines v2 specification."""
    from tfx_pipeline.config import load_config

    loaded = load_config(config, settings or [])
    with fast_imports("compiling", "pipeline"):
        from tfx_pipeline.pipeline import Locations
        from tfx_pipeline.runners.kubeflow import compile_for_kubeflow

    compile_for_kubeflow(
        loaded,
        Locations(data, pipeline_root, serving_directory),
        image,
        output_file,
    )
    Console().print(f"Wrote {output_file}")


@app.command()
@readable_errors
def demo(output: OutputOption = "runs/demo") -> None:
    """Run the whole pipeline on the bundled sample and recommend to three shoppers."""
    from tfx_pipeline.command_line.demo import run_demo

    run_demo(output, Console())


taxonomy_app = typer.Typer(help="Taxonomies of motivations.", no_args_is_help=True)
app.add_typer(taxonomy_app, name="taxonomy")


@taxonomy_app.callback()
def _taxonomy() -> None:
    """Taxonomies of motivations."""


@taxonomy_app.command("induce")
@readable_errors
def taxonomy_induce(
    config: ConfigOption,
    data: DataOption,
    output: Annotated[str, typer.Option("--output", "-o", help="The YAML file to write.")],
    num_motivations: Annotated[
        str, typer.Option(help="How many motivations, or 'auto'.", metavar="auto|K")
    ] = "auto",
    seed: Annotated[
        int | None, typer.Option(min=0, help="Of samples and clusters; the config's if left out.")
    ] = None,
    settings: OverridesOption = None,
) -> None:
    """Induce a taxonomy from the texts of a data set, to be edited by hand."""
    from tfx_pipeline.config import load_config

    loaded = load_config(config, settings or [])
    with fast_imports("inducing a taxonomy", "pipeline"):
        from tfx_pipeline.command_line.taxonomy import induce_and_write

    induce_and_write(loaded, data, output, num_motivations, seed, Console())


def main() -> None:
    """Runs the command, without the chatter of libraries."""
    keep_libraries_quiet()
    app()


if __name__ == "__main__":
    main()
