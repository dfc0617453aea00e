"""Fitting the average of encoder and language model on labelled texts, with the models."""

from collections.abc import Sequence

import numpy as np

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.encoder_reader import EncoderReader
from lmmrec_tfrs.motivation.extraction.masking import TextMasker
from lmmrec_tfrs.motivation.models.loader import ModelLoader
from lmmrec_tfrs.motivation.reading import Kind, Text
from lmmrec_tfrs.motivation.score.combination import FittedCombination, fit_language_model_weight
from lmmrec_tfrs.motivation.score.labels import LabelledText
from lmmrec_tfrs.motivation.taxonomy import Taxonomy


def fit_on_labels(
    labelled: Sequence[LabelledText],
    config: ExtractionConfig,
    taxonomy: Taxonomy,
    models: ModelLoader,
) -> FittedCombination:
    """Reads labelled texts with both models, and fits their shares to the labels.

    Args:
        labelled: texts of the corpus to be read; those without a motivation help to calibrate.
        config: the settings, with the strategy `score`.
        taxonomy: the motivations that the labels name.
        models: what loads the models.

    Raises:
        ValueError: the strategy is not `score`, or the labels are too few.
    """
    masker = TextMasker(config.privacy)
    texts = [masker.mask(Text(Kind.REVIEW, "", "", label.text.strip()))[0] for label in labelled]
    readings = EncoderReader(models.load_encoder(config), taxonomy).read(texts)
    answers = models.load_reader(config, taxonomy).read(texts)
    return fit_language_model_weight(
        np.stack([reading.similarity for reading in readings]),
        np.stack([answer.scores for answer in answers]),
        [label.indices(taxonomy) for label in labelled],
        seed=config.seed,
    )
