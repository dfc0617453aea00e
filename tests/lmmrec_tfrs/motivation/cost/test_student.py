"""The student of the language model, on answers whose origin is known."""

import json

import numpy as np
import pytest

from lmmrec_tfrs.motivation.cost.student import (
    MIN_ANSWERS,
    Student,
    agreement,
    chance_top_1,
    train_student,
)

DIMENSION, MOTIVATIONS = 16, 5


def corpus(count, noise=0.05, seed=0):
    """A teacher that sees in the vectors what the encoder's own scores do not tell."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(count, DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    taste = np.random.default_rng(99).normal(size=(DIMENSION, MOTIVATIONS))
    encoder = rng.normal(size=(count, MOTIVATIONS))
    scores = vectors @ taste - 7.0 + 0.2 * encoder + noise * rng.normal(size=encoder.shape)
    return vectors.astype(np.float32), encoder.astype(np.float32), scores.astype(np.float32)


def test_a_student_learns_what_the_encoder_does_not_know():
    student, report = train_student(*corpus(300))

    assert report.answers == 300
    assert report.held_out == 60
    assert report.student.top_1 > 0.8 > report.encoder.top_1
    assert report.student.cosine > 0.95
    assert report.student.rank_correlation > 0.85
    assert 0.1 < report.chance_top_1 < 0.5
    assert report.fingerprint == student.fingerprint
    assert report.warning is None
    vectors, encoder, scores = corpus(50, seed=1)
    assert np.abs(student.predict(vectors, encoder) - scores).mean() < 0.1
    assert student.predict(vectors[0], encoder[0]).shape == (MOTIVATIONS,)


def test_the_measured_texts_are_not_those_learnt():
    vectors, encoder, scores = corpus(100)
    noisy = scores.copy()
    noisy[:20] = np.random.default_rng(1).normal(size=(20, MOTIVATIONS))

    assert train_student(vectors, encoder, noisy)[1].student.top_1 < 0.6


def test_too_few_answers_make_no_student():
    student, report = train_student(*corpus(MIN_ANSWERS - 1))

    assert student is None
    assert "too few answers" in report.warning
    assert train_student(np.zeros((0, 1)), np.zeros((0, 1)), np.zeros((0, 1)))[0] is None


def test_a_student_no_better_than_the_encoder_is_let_go():
    vectors, encoder, _ = corpus(60)
    encoder -= encoder.mean(axis=0)
    noise = np.random.default_rng(3).normal(size=encoder.shape)
    student, report = train_student(vectors, encoder, encoder + noise - 4)

    assert student is None
    assert "no better than the encoder" in report.warning
    assert report.encoder.cosine > report.student.cosine > 0
    assert report.fingerprint is None


def test_a_student_is_saved_without_pickle(tmp_path):
    student, report = train_student(*corpus(100))
    student.save(str(tmp_path))
    report.save(str(tmp_path))
    again = Student.load(str(tmp_path))

    assert again.fingerprint == student.fingerprint
    written = json.loads((tmp_path / "student.json").read_text())
    assert written["fingerprint"] == student.fingerprint
    assert written["student"]["top_1"] == pytest.approx(report.student.top_1, abs=1e-4)


def test_a_feature_that_never_varies_does_no_harm():
    vectors, encoder, scores = corpus(100)
    vectors[:, 0] = 0.5
    student, _ = train_student(vectors, encoder, scores)

    assert np.isfinite(student.coefficients).all()
    assert not student.coefficients[0].any()


def test_agreement_by_hand():
    found = agreement(np.array([[1.0, 0.0, -1.0]]), np.array([[0.0, 1.0, -1.0]]))

    assert found.top_1 == 0.0
    assert found.rank_correlation == pytest.approx(0.5)
    assert found.cosine == pytest.approx(0.5)
    assert chance_top_1(np.eye(4), np.eye(4)) == pytest.approx(0.25)
