"""A student of the language model: its scores, predicted from the encoder's vectors.

Ridge regression (Hoerl and Kennard, 1970), a closed form: training takes seconds and reading a
text one product with a matrix. What it is told by the language model is what distillation calls
soft targets (Hinton et al., 2015, arXiv:1503.02531).
"""

import dataclasses
import hashlib
import io
import json
import os
from typing import Any

import numpy as np
import tensorflow as tf

WEIGHTS_FILE = "student.npz"
REPORT_FILE = "student.json"
# With fewer answers there is nothing to learn from and too little to measure on.
MIN_ANSWERS = 50
# More would not fit one worker, and would teach little.
MAX_ANSWERS = 20_000
_HELD_OUT = 5
_ALPHAS = tuple(float(alpha) for alpha in np.logspace(0, 6, 13))


@dataclasses.dataclass(frozen=True)
class Student:
    """An affine map from what the encoder says to what the language model would say.

    Attributes:
        coefficients: float32 `[encoder_dim + num_motivations, num_motivations]`.
        intercept: float32 `[num_motivations]`.
    """

    coefficients: np.ndarray
    intercept: np.ndarray

    def predict(self, vectors: np.ndarray, encoder_scores: np.ndarray) -> np.ndarray:
        """Predicts the language model's scores.

        Args:
            vectors: the encoder's, `[..., encoder_dim]`.
            encoder_scores: its standardised similarities, `[..., num_motivations]`.

        Returns:
            float32 `[..., num_motivations]`, in the language model's own units.
        """
        features = np.concatenate([vectors, encoder_scores], axis=-1).astype(np.float32)
        return (features @ self.coefficients + self.intercept).astype(np.float32)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the numbers."""
        digest = hashlib.sha256(np.ascontiguousarray(self.coefficients, "<f4").tobytes())
        digest.update(np.ascontiguousarray(self.intercept, "<f4").tobytes())
        return digest.hexdigest()

    def save(self, directory: str) -> None:
        """Writes the numbers to a folder, local or remote."""
        buffer = io.BytesIO()
        np.savez(buffer, coefficients=self.coefficients, intercept=self.intercept)
        tf.io.gfile.makedirs(directory)
        with tf.io.gfile.GFile(os.path.join(directory, WEIGHTS_FILE), "wb") as file:
            file.write(buffer.getvalue())

    @classmethod
    def load(cls, directory: str) -> "Student":
        """Reads what `save` wrote."""
        with tf.io.gfile.GFile(os.path.join(directory, WEIGHTS_FILE), "rb") as file:
            arrays = np.load(io.BytesIO(file.read()), allow_pickle=False)
        return cls(arrays["coefficients"], arrays["intercept"])


@dataclasses.dataclass(frozen=True)
class Agreement:
    """How like the language model's somebody's scores are, on texts held out.

    Attributes:
        top_1: the share of texts where both put the same motivation first.
        rank_correlation: Spearman's, over the motivations of a text, averaged over the texts.
        cosine: of the centred scores, averaged likewise.
    """

    top_1: float
    rank_correlation: float
    cosine: float


@dataclasses.dataclass(frozen=True)
class StudentReport:
    """What became of the student.

    Attributes:
        answers: the language model's, to learn from.
        held_out: how many of them were kept for measuring.
        student: its agreement with the language model on those, before it learnt them too.
        encoder: that of the encoder alone.
        chance_top_1: the student's `top_1` were its answers dealt out to the texts at random.
        alpha: the ridge's penalty, chosen by leave-one-out cross-validation.
        fingerprint: of the student, where there is one.
        warning: why there is none, otherwise.
    """

    answers: int
    held_out: int = 0
    student: Agreement | None = None
    encoder: Agreement | None = None
    chance_top_1: float | None = None
    alpha: float | None = None
    fingerprint: str | None = None
    warning: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON, figures rounded."""

        def rounded(value: Any) -> Any:
            if isinstance(value, dict):
                return {key: rounded(inner) for key, inner in value.items()}
            return round(value, 4) if isinstance(value, float) else value

        converted: dict[str, Any] = rounded(dataclasses.asdict(self))
        return converted

    def save(self, directory: str) -> None:
        """Writes the report as JSON."""
        tf.io.gfile.makedirs(directory)
        with tf.io.gfile.GFile(os.path.join(directory, REPORT_FILE), "w") as file:
            file.write(json.dumps(self.to_dict(), indent=2))


def train_student(
    vectors: np.ndarray, encoder_scores: np.ndarray, scores: np.ndarray
) -> tuple[Student | None, StudentReport]:
    """Trains a student and measures it on the first fifth of the texts, which it has not seen.

    A student that agrees with the language model no better than the encoder alone is let go.

    Args:
        vectors: the encoder's, `[num_texts, encoder_dim]`, the texts in a random order.
        encoder_scores: its standardised similarities, `[num_texts, num_motivations]`.
        scores: the language model's, `[num_texts, num_motivations]`.

    Returns:
        The student, trained on all texts, or None; and the report.
    """
    num_texts = len(scores)
    if num_texts < MIN_ANSWERS:
        return None, StudentReport(
            answers=num_texts,
            warning=f"too few answers of the language model to learn from ({num_texts}, of at "
            f"least {MIN_ANSWERS}): the encoder alone judges the other texts. Raise "
            "max_language_model_texts.",
        )
    held_out = num_texts // _HELD_OUT
    test, train = slice(0, held_out), slice(held_out, num_texts)
    student, _ = _fit(vectors[train], encoder_scores[train], scores[train])
    mean = scores[train].mean(axis=0)
    predicted = student.predict(vectors[test], encoder_scores[test]) - mean
    teacher = scores[test] - mean
    by_student = agreement(predicted, teacher)
    by_encoder = agreement(encoder_scores[test], teacher)
    report = StudentReport(
        answers=num_texts,
        held_out=held_out,
        student=by_student,
        encoder=by_encoder,
        chance_top_1=chance_top_1(predicted, teacher),
    )
    if by_student.cosine <= by_encoder.cosine:
        return None, dataclasses.replace(
            report,
            warning="the student agrees with the language model no better than the encoder alone "
            f"on held-out texts (cosine {by_student.cosine:.3f} and {by_encoder.cosine:.3f}): the "
            "encoder alone judges the other texts. Raise max_language_model_texts.",
        )
    student, alpha = _fit(vectors, encoder_scores, scores)
    return student, dataclasses.replace(report, alpha=alpha, fingerprint=student.fingerprint)


def agreement(scores: np.ndarray, teacher: np.ndarray) -> Agreement:
    """Compares centred scores with the teacher's, both `[num_texts, num_motivations]`.

    >>> agreement(np.array([[2.0, 1.0, 0.0]]), np.array([[3.0, 1.0, 0.5]])).top_1
    1.0
    """
    return Agreement(
        top_1=float(np.mean(scores.argmax(axis=1) == teacher.argmax(axis=1))),
        rank_correlation=float(np.mean(_cosines(_centred_ranks(scores), _centred_ranks(teacher)))),
        cosine=float(np.mean(_cosines(scores, teacher))),
    )


def chance_top_1(scores: np.ndarray, teacher: np.ndarray) -> float:
    """The expected agreement of the first motivations between texts drawn at random.

    >>> chance_top_1(np.array([[1, 0], [0, 1]]), np.array([[1, 0], [1, 0]]))
    0.5
    """
    size = scores.shape[1]
    ours = np.bincount(scores.argmax(axis=1), minlength=size) / len(scores)
    theirs = np.bincount(teacher.argmax(axis=1), minlength=size) / len(teacher)
    return float(ours @ theirs)


def _centred_ranks(scores: np.ndarray) -> np.ndarray:
    from scipy.stats import rankdata

    ranks = rankdata(scores, axis=1)
    return np.asarray(ranks - ranks.mean(axis=1, keepdims=True))


def _cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.asarray((a * b).sum(axis=1) / np.maximum(norms, 1e-12))


def _fit(
    vectors: np.ndarray, encoder_scores: np.ndarray, scores: np.ndarray
) -> tuple[Student, float]:
    # Only the one worker that trains needs scikit-learn.
    from sklearn.linear_model import RidgeCV

    features = np.concatenate([vectors, encoder_scores], axis=1).astype(np.float64)
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    # A feature that never varies says nothing, here or later.
    scale = np.where(deviation > 1e-9, 1.0 / np.maximum(deviation, 1e-9), 0.0)
    ridge = RidgeCV(alphas=_ALPHAS).fit((features - mean) * scale, scores.astype(np.float64))
    coefficients = scale[:, None] * ridge.coef_.T
    intercept = ridge.intercept_ - mean @ coefficients
    return (
        Student(coefficients.astype(np.float32), intercept.astype(np.float32)),
        float(ridge.alpha_),
    )
