"""Fitting the language model's share on labelled texts, with stand-ins for the models."""

import pytest

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.score.fit_on_labels import fit_on_labels
from lmmrec_tfrs.motivation.score.labels import LabelledText
from tests.lmmrec_tfrs.motivation.fakes import SMALL_TAXONOMY, FakeModels

# The stand-in of the language model looks for a motivation's name; that of the encoder is led
# astray by words of another one's description.
LABELLED = [
    LabelledText(text=f"{name} {decoy} {number}", motivations=[name])
    for name, decoy in (
        ("wedding", "present birthday wrapped"),
        ("warmth", "bride groom bridal"),
        ("gift", "winter snow cold freezing"),
    )
    for number in ("one", "two", "three")
]


def test_the_model_that_tells_the_motivations_apart_gets_the_weight():
    fitted = fit_on_labels(
        LABELLED, ExtractionConfig(strategy="score"), SMALL_TAXONOMY, FakeModels()
    )
    assert fitted.num_texts == 9
    assert fitted.language_model.top_1 == 1.0
    assert fitted.encoder.top_1 < 1.0
    assert fitted.fitted.top_1 == 1.0
    assert fitted.language_model_weight > 0.0


def test_too_few_labels_are_refused():
    with pytest.raises(ValueError, match="at least as many labelled texts as folds"):
        fit_on_labels(
            LABELLED[:2], ExtractionConfig(strategy="score"), SMALL_TAXONOMY, FakeModels()
        )
