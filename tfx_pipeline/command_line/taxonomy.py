"""`lmmrec taxonomy induce`: a taxonomy out of the texts of a data set."""

import functools
import itertools
import tempfile
from pathlib import Path

import apache_beam as beam
import tensorflow as tf
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.ingestion.beam import run_ingestion
from lmmrec_tfrs.motivation.induction.config import InductionConfig
from lmmrec_tfrs.motivation.induction.induce import induce_taxonomy
from lmmrec_tfrs.motivation.induction.induced import InducedTaxonomy
from lmmrec_tfrs.motivation.models.registry import load_text_encoder
from tfx_pipeline.beam_arguments import beam_arguments
from tfx_pipeline.config import ConfigError, PipelineConfig


def induce_and_write(
    config: PipelineConfig,
    data: str,
    output: str,
    num_motivations: str,
    seed: int | None,
    console: Console,
) -> None:
    """Induces a taxonomy from the training split's texts and writes it as YAML.

    Args:
        config: what is read, and the encoder.
        data: the folder of the input files.
        output: the YAML file to write, local or remote.
        num_motivations: how many motivations, a number, or "auto".
        seed: of the samples and the clustering; the configuration's if None.
        console: where to print.

    Raises:
        ConfigError: the file's name does not end in .yaml, or no taxonomy can be induced.
    """
    if not output.endswith((".yaml", ".yml")):
        raise ConfigError(f"expected an output file that ends in .yaml, received '{output}'.")
    if num_motivations != "auto" and not num_motivations.isdecimal():
        raise ConfigError(
            f"expected 'auto' or a number of motivations, received '{num_motivations}'."
        )
    console.print("Reading the texts ...")
    texts, item_ids, titles = read_training_texts(config, data)
    console.print(f"Inducing a taxonomy from {len(texts):,} texts; this takes some minutes ...")
    motivation = config.motivation
    encoder = load_text_encoder(
        motivation.encoder, 64, motivation.encoder_batch_tokens, motivation.jit_compile
    )
    try:
        settings = InductionConfig(
            name=config.name,
            num_motivations="auto" if num_motivations == "auto" else int(num_motivations),
            seed=config.seed if seed is None else seed,
            mask_personal_data=config.data.privacy.mask_personal_data,
        )
        induced = induce_taxonomy(texts, encoder, settings, item_ids=item_ids, titles=titles)
    except ValueError as error:
        raise ConfigError(f"no taxonomy could be induced: {error}") from error
    with tf.io.gfile.GFile(output, "w") as file:
        file.write(induced.to_yaml())
    console.print(_table(induced))
    console.print(
        f"Written to {output}. Read and edit it, then set motivation.taxonomy to that path.",
        highlight=False,
    )


def read_training_texts(
    config: PipelineConfig, data: str
) -> tuple[list[str], list[str], dict[str, str]]:
    """Ingests a data set as the pipeline would.

    Returns:
        The training split's texts and the notes and queries, never a held-out review; the item of
        each; and all titles.
    """
    options = beam.options.pipeline_options.PipelineOptions(beam_arguments(config))
    with tempfile.TemporaryDirectory() as folder:
        events, catalogue, quarantine, notes = (str(Path(folder) / name) for name in "ecqn")
        run_ingestion(
            functools.partial(beam.Pipeline, options=options),
            config.data,
            data,
            events,
            catalogue,
            quarantine,
            notes,
        )
        read = itertools.chain(
            example_files.read_events(events, columns.TRAIN),
            example_files.read_events(notes, columns.TEXTS),
        )
        # Sorted, for Beam keeps no order and a seeded sample needs one.
        pairs = sorted((event.text, event.item_id) for event in read if event.text.strip())
        titles = {item.item_id: item.title for item in example_files.read_catalogue(catalogue)}
    return [text for text, _ in pairs], [item_id for _, item_id in pairs], titles


def _table(induced: InducedTaxonomy) -> Table:
    table = Table("motivation", "clauses", "in their words", title="Induced motivations")
    for motivation, size in zip(induced.taxonomy.motivations, induced.sizes, strict=True):
        table.add_row(escape(motivation.name), str(size), escape(motivation.description))
    return table
