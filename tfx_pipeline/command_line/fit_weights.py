"""`lmmrec fit-weights`: how much the language model is to weigh, from labelled texts."""

from rich.console import Console
from rich.table import Table

from tfx_pipeline.config import ConfigError, PipelineConfig


def fit_and_print(config: PipelineConfig, labels: str, console: Console) -> None:
    """Fits the shares of encoder and language model, and prints the settings to use.

    Args:
        config: the whole pipeline's; only the motivations are looked at.
        labels: a file of labelled texts, JSON lines.
        console: where to print.

    Raises:
        ConfigError: the strategy is not `score`, or the labels cannot be used.
        FileNotFoundError: there is no such file.
    """
    from lmmrec_tfrs.motivation.models.loader import NamedModels
    from lmmrec_tfrs.motivation.score.fit_on_labels import fit_on_labels
    from lmmrec_tfrs.motivation.score.labels import read_labels
    from lmmrec_tfrs.motivation.taxonomy import Taxonomy

    motivation = config.motivation
    taxonomy = Taxonomy.load(motivation.taxonomy)
    try:
        labelled = read_labels(labels, taxonomy)
        with console.status(f"Reading {len(labelled)} labelled texts with both models ..."):
            fitted = fit_on_labels(labelled, motivation, taxonomy, NamedModels())
    except ValueError as error:
        raise ConfigError(str(error)) from error
    table = Table("", "top-1", "hit@3", title=f"{fitted.num_texts} labelled texts")
    for name, quality in (
        ("encoder alone", fitted.encoder),
        ("language model alone", fitted.language_model),
        ("the same weight each", fitted.equal_average),
        ("fitted (cross-validated)", fitted.fitted),
    ):
        table.add_row(name, f"{quality.top_1:.3f}", f"{quality.hit_at_3:.3f}")
    console.print(table)
    console.print(
        f"motivation.language_model_weight: {fitted.language_model_weight:g}\n"
        f"motivation.temperature: {fitted.temperature:g}\n"
        f"(seed {fitted.seed})",
        highlight=False,
    )
