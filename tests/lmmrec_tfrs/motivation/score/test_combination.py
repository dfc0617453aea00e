"""The fitted weight of the language model, on planted scores."""

import numpy as np
import pytest

from lmmrec_tfrs.motivation.score.combination import fit_language_model_weight

NUM_TEXTS, NUM_MOTIVATIONS = 200, 6


def planted(encoder_signal, language_model_signal, seed=0):
    """Scores of noise, a bias for each candidate, and as much of the truth as is said."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, NUM_MOTIVATIONS, NUM_TEXTS)
    one_hot = np.eye(NUM_MOTIVATIONS)[truth]
    bias = 10 * rng.normal(size=NUM_MOTIVATIONS)
    noise = rng.normal(size=(2, NUM_TEXTS, NUM_MOTIVATIONS))
    similarity = noise[0] + encoder_signal * one_hot
    likelihood = 7 * (noise[1] + language_model_signal * one_hot) + bias
    return similarity, likelihood, [{int(index)} for index in truth]


def test_the_better_model_weighs_more():
    towards_model = fit_language_model_weight(*planted(0.5, 3.0))
    towards_encoder = fit_language_model_weight(*planted(3.0, 0.5))

    assert towards_model.language_model_weight > 0.6
    assert towards_encoder.language_model_weight < 0.4
    assert towards_model.language_model.top_1 > towards_model.encoder.top_1


def test_equally_good_models_are_better_together():
    fit = fit_language_model_weight(*planted(1.5, 1.5))

    assert 0.3 <= fit.language_model_weight <= 0.7
    assert fit.fitted.top_1 > max(fit.encoder.top_1, fit.language_model.top_1)
    assert fit.fitted.hit_at_3 >= fit.fitted.top_1


def test_nothing_is_held_out_from_noise():
    # Without any signal the held-out quality is chance, however many weights are tried.
    fit = fit_language_model_weight(*planted(0.0, 0.0))

    assert fit.fitted.top_1 == pytest.approx(1 / NUM_MOTIVATIONS, abs=0.08)
    assert fit.temperature > 1


def test_a_seed_decides_the_folds():
    numbers = planted(1.0, 1.0)
    assert fit_language_model_weight(*numbers, seed=3) == fit_language_model_weight(
        *numbers, seed=3
    )


def test_texts_without_a_label_are_only_centred_on():
    similarity, likelihood, labels = planted(1.0, 2.0)
    labels[100:] = [set()] * 100

    assert fit_language_model_weight(similarity, likelihood, labels).num_texts == 100


def test_any_of_several_labels_is_right():
    similarity = np.tile([3.0, 2.0, 1.0, 0.0], (4, 1)) + np.eye(4)
    fit = fit_language_model_weight(similarity, similarity, [{0, 1}, {1}, {2}, {3}], num_folds=2)

    assert fit.equal_average.top_1 == 1.0


@pytest.mark.parametrize(
    ("shape", "labels", "message"),
    [
        ((3, 2), [{0}] * 3, r"received \(4, 2\) and \(3, 2\)"),
        ((4, 2), [{0}] * 3, "expected 4 sets of labels, received 3"),
        ((4, 2), [{0}, {2}, {0}, {1}], r"labels in \[0, 2\), received 2 for text 1"),
        ((4, 2), [{0}, set(), set(), set()], "received 1 labelled texts and 2 folds"),
    ],
)
def test_what_does_not_fit_is_refused(shape, labels, message):
    with pytest.raises(ValueError, match=message):
        fit_language_model_weight(np.zeros((4, 2)), np.zeros(shape), labels, num_folds=2)
