"""The account of an extraction, written beside its output."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

_MASKED = "masked_"


@dataclasses.dataclass(frozen=True)
class ModelUse:
    """What one model read: texts, tokens, and the seconds it took (loading left out).

    `texts` are those that the model was asked for in this run, `cache_hits` those whose answer
    was kept from an earlier one.
    """

    fingerprint: str
    texts: int
    tokens: int
    seconds: float
    cache_hits: int = 0

    @classmethod
    def from_counters(cls, fingerprint: str, counters: Mapping[str, int], label: str) -> "ModelUse":
        """Reads the counters `<label>_texts`, `_tokens` and `_microseconds`."""
        return cls(
            fingerprint,
            counters.get(f"{label}_texts", 0),
            counters.get(f"{label}_tokens", 0),
            counters.get(f"{label}_microseconds", 0) / 1e6,
            counters.get(f"{label}_cache_hits", 0),
        )

    @property
    def answers(self) -> int:
        """Distinct texts that the run has the model's answer to."""
        return self.texts + self.cache_hits

    def to_dict(self) -> dict[str, Any]:
        """As JSON, with the speed."""
        per_second = 1.0 / self.seconds if self.seconds > 0 else 0.0
        return {
            "sha256": self.fingerprint,
            "texts": self.texts,
            "cache_hits": self.cache_hits,
            "tokens": self.tokens,
            "seconds": round(self.seconds, 2),
            "texts_per_second": round(self.texts * per_second, 2),
            "tokens_per_second": round(self.tokens * per_second, 1),
        }


@dataclasses.dataclass(frozen=True)
class ExtractionReport:
    """What an extraction read, with what, and how fast.

    An event of the training split is either read or without text; so is an item.

    Attributes:
        student: what became of the language model's student, where one was trained.
        student_texts: distinct texts that it read.
        masked: how much personal data was masked, by kind.
        profiles_read: profiles that were written before; `profiles_quarantined` could not be used.
        texts_read: texts without a purchase.
        cache_segments_damaged: files of the cache that could not be read to their ends.
        answers_without_scores: language model answers that failed or found nothing sought.
    """

    config: ExtractionConfig
    taxonomy: Taxonomy
    encoder: ModelUse
    language_model: ModelUse | None
    reviews_read: int
    events_without_text: int
    catalogue_texts_read: int
    items_without_text: int
    seconds: float
    student: dict[str, Any] | None = None
    student_texts: int = 0
    masked: Mapping[str, int] = dataclasses.field(default_factory=dict)
    profiles_read: int = 0
    profiles_quarantined: int = 0
    texts_read: int = 0
    cache_segments_damaged: int = 0
    answers_without_scores: int = 0

    @classmethod
    def from_counters(
        cls,
        counters: Mapping[str, int],
        config: ExtractionConfig,
        taxonomy: Taxonomy,
        encoder_fingerprint: str,
        language_model_fingerprint: str | None,
        student: dict[str, Any] | None,
        seconds: float,
    ) -> "ExtractionReport":
        """Makes the report of a run from what its workers counted."""
        return cls(
            config=config,
            taxonomy=taxonomy,
            encoder=ModelUse.from_counters(encoder_fingerprint, counters, "encoder"),
            language_model=None
            if language_model_fingerprint is None
            else ModelUse.from_counters(language_model_fingerprint, counters, "language_model"),
            reviews_read=counters.get("train_with_text", 0),
            events_without_text=counters.get("train_without_text", 0),
            catalogue_texts_read=counters.get("catalogue_with_text", 0),
            items_without_text=counters.get("catalogue_without_text", 0),
            seconds=seconds,
            student=student,
            student_texts=counters.get("student_texts", 0),
            masked={
                name.removeprefix(_MASKED): number
                for name, number in sorted(counters.items())
                if name.startswith(_MASKED)
            },
            profiles_read=counters.get("profiles_with_text", 0),
            profiles_quarantined=counters.get("profiles_quarantined", 0),
            texts_read=counters.get("texts_with_text", 0),
            cache_segments_damaged=counters.get("cache_segments_damaged", 0),
            answers_without_scores=counters.get("language_model_answers_without_scores", 0),
        )

    def to_json(self) -> str:
        """The report as indented JSON."""
        language_model = self.language_model
        return json.dumps(
            {
                "strategy": self.config.strategy,
                "taxonomy": self.taxonomy.name,
                "num_motivations": len(self.taxonomy),
                "motivations": list(self.taxonomy.names),
                "seed": self.config.seed,
                "reviews_read": self.reviews_read,
                "reviews_read_by_language_model": language_model.answers if language_model else 0,
                "texts_read_by_student": self.student_texts,
                "texts_without_purchase_read": self.texts_read,
                "profiles_read": self.profiles_read,
                "profiles_quarantined": self.profiles_quarantined,
                "events_without_text": self.events_without_text,
                "catalogue_texts_read": self.catalogue_texts_read,
                "items_without_text": self.items_without_text,
                "seconds": round(self.seconds, 1),
                "encoder": self.encoder.to_dict(),
                "language_model": language_model.to_dict() if language_model else None,
                "student": self.student,
                "masked": dict(self.masked),
                "cache_segments_damaged": self.cache_segments_damaged,
                "answers_without_scores": self.answers_without_scores,
                "config": self.config.model_dump(mode="json"),
            },
            indent=2,
        )
