"""Precision, XLA, clipping, sampling: each alone and together, in training and in the export."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.backbones.registry import prepare_data
from lmmrec_tfrs.training.config import TrainingConfig
from lmmrec_tfrs.training.examples import training_examples
from lmmrec_tfrs.training.fit import build_model, train
from lmmrec_tfrs.training.optimizer import make_optimizer
from lmmrec_tfrs.training.precision import precision_scope
from tests.lmmrec_tfrs.training.planted import planted_data

CONFIG = TrainingConfig(
    embedding_dim=8, epochs=4, batch_size=60, learning_rate=0.02, num_uniform_negatives=32
)
SAMPLING = {"frequency_estimate": "streaming", "num_cross_batch_negatives": 100, "clip_norm": 1.0}
MOTIVATION = {"coordination_weight": 0.01, "correspondence_weight": 0.01}


def _changed(**changes) -> TrainingConfig:
    return TrainingConfig(**{**CONFIG.model_dump(), **changes})


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        SAMPLING,
        {"precision": "mixed_bfloat16", **MOTIVATION, "learnable_temperature": True},
        {"precision": "mixed_float16", "clip_norm": 1.0},
        {"jit_compile": True, "loss": "full_softmax", "clip_norm": 1.0},
        {"precision": "mixed_bfloat16", "loss": "full_softmax", "use_text": False},
        *(
            pytest.param(changes, marks=pytest.mark.campaign)
            for changes in (
                {
                    **SAMPLING,
                    **MOTIVATION,
                    "jit_compile": True,
                    "optimizer": "adagrad",
                    "learning_rate": 0.2,
                },
                {"precision": "mixed_bfloat16", "jit_compile": True, **SAMPLING, "use_text": False},
                {"precision": "mixed_float16", "jit_compile": True, **SAMPLING, **MOTIVATION},
                {"jit_compile": True, "backbone": {"name": "sasrec"}},
            )
        ),
    ],
    ids=lambda changes: "-".join(map(str, changes.values())),
)
def test_training_gets_better_and_exports_float32(changes: dict, tmp_path):
    """Whatever is chosen, the loss falls, and the towers are plain float32."""
    trained = train(planted_data(), _changed(**changes), str(tmp_path))
    losses = [epoch["retrieval_loss"] for epoch in trained.report["train_losses"]]
    assert np.isfinite(losses).all()
    # Of the first epoch the memory is not full yet: it has fewer negatives than the second.
    assert losses[-1] < losses[1]
    assert trained.report["validation"]["recall_at_20"] > 0.6
    for tower in (trained.query, trained.candidate):
        assert {
            layer.compute_dtype for layer in tower.submodules if hasattr(layer, "compute_dtype")
        } <= {"float32"}
        assert {weight.dtype for weight in tower.weights} <= {tf.float32, tf.int64}


def test_half_precision_computes_in_half_and_keeps_float32_weights():
    with precision_scope("mixed_bfloat16"):
        model = build_model(planted_data(), CONFIG)
    assert tf.keras.mixed_precision.global_policy().name == "float32"
    encoder = model.query_tower.encoder
    features = model.users.features_of(tf.constant([0, 1], tf.int64))
    assert encoder(features).dtype == tf.bfloat16
    assert {weight.dtype for weight in model.trainable_weights} == {tf.dtypes.float32}
    output = model.query_tower.encode(features)
    assert {part.dtype for part in vars(output).values()} == {tf.float32, tf.bool}
    pairs = planted_data().train_pairs[:8]
    loss = model.compute_loss({"user_row": pairs[:, 0], "item_row": pairs[:, 1]}, training=True)
    assert loss.dtype == tf.float32


def test_the_precision_is_put_back_after_an_error():
    with pytest.raises(RuntimeError), precision_scope("mixed_float16"):
        raise RuntimeError
    assert tf.keras.mixed_precision.global_policy().name == "float32"


def test_clipping_bounds_the_norm_over_all_weights_by_hand():
    """Gradients (3) and (4) have the norm 5: clipped to 1, they are 0.6 and 0.8.

    Adagrad divides by the root of its accumulator, 0.1 plus the square of the clipped gradient.
    """
    weights = [tf.Variable([0.0]), tf.Variable([0.0])]
    optimizer = make_optimizer(_changed(optimizer="adagrad", clip_norm=1.0, learning_rate=1.0))
    optimizer.apply_gradients(zip([tf.constant([3.0]), tf.constant([4.0])], weights, strict=True))
    expected = [-g / np.sqrt(0.1 + g**2) for g in (0.6, 0.8)]
    np.testing.assert_allclose([float(w) for w in weights], expected, rtol=1e-5)


def test_clipping_counts_a_row_that_was_looked_up_again_as_one():
    """Twice 3 of the same row are 6, with the other's 8 the norm 10: clipped to 1, 0.6 and 0.8."""
    table = tf.Variable([[0.0], [0.0]])
    optimizer = make_optimizer(_changed(optimizer="adagrad", clip_norm=1.0, learning_rate=1.0))
    gradient = tf.IndexedSlices(tf.constant([[3.0], [8.0], [3.0]]), tf.constant([0, 1, 0]), [2, 1])
    optimizer.apply_gradients([(gradient, table)])
    expected = [[-g / np.sqrt(0.1 + g**2)] for g in (0.6, 0.8)]
    np.testing.assert_allclose(table, expected, rtol=1e-5)


def test_float16_scales_the_loss_and_skips_a_step_that_overflows():
    optimizer = make_optimizer(_changed(precision="mixed_float16"))
    weight = tf.Variable([1.0])
    scale = float(optimizer.loss_scale)
    assert float(optimizer.get_scaled_loss(tf.constant(2.0))) == 2.0 * scale
    optimizer.apply_gradients([(tf.constant([np.inf]), weight)])
    assert float(weight) == 1.0
    assert float(optimizer.loss_scale) == scale / 2


def test_streaming_frequencies_reach_the_counts_on_a_stationary_stream(tmp_path):
    """A batch of 60 pairs holds an article 60 times its share of the pairs."""
    data = planted_data()
    config = _changed(frequency_estimate="streaming", use_text=False, learning_rate=1e-9)
    model = build_model(data, config)
    model.compile(optimizer=make_optimizer(config))
    generator = np.random.default_rng(0)

    @tf.function(autograph=False)
    def step(pairs: tf.Tensor) -> None:
        model.retrieval.streaming_frequency.update(pairs)

    for _ in range(300):
        step(tf.constant(generator.choice(data.train_pairs[:, 1], 60)))
    rows = tf.range(data.items.num_embeddings, dtype=tf.int64)
    estimated = np.exp(model.retrieval.streaming_frequency.log_expected_count(rows))
    share = data.items.interaction_counts[: len(estimated)] / len(data.train_pairs)
    np.testing.assert_allclose(estimated.mean(), 60 * share.mean(), rtol=0.05)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("backbone", ["matrix_factorization", "mlp", "lightgcn", "sasrec"])
def test_every_backbone_computes_in_half_precision(backbone: str, precision: str):
    """An article with more interactions than float16 can count breaks nothing."""
    config = _changed(backbone={"name": backbone}, precision=precision)
    data = prepare_data(planted_data(), config.backbone)
    counts = data.items.interaction_counts.copy()
    counts[0] = 10**6
    items = dataclasses.replace(data.items, interaction_counts=counts)
    with precision_scope(precision):
        model = build_model(dataclasses.replace(data, items=items), config)
    examples = {name: values[:60] for name, values in training_examples(data).items()}
    with tf.GradientTape() as tape:
        loss = model.compute_loss(examples, training=True)
    assert np.isfinite(loss)
    for gradient in tape.gradient(loss, model.trainable_variables):
        assert gradient is None or np.isfinite(tf.convert_to_tensor(gradient)).all()
