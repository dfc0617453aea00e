"""The strategy `generate` as a reader of texts."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.encoder_reader import motivation_prototypes
from lmmrec_tfrs.motivation.generate.profile_scores import profile_scores
from lmmrec_tfrs.motivation.generate.prompts import PromptKind, prompts_hash
from lmmrec_tfrs.motivation.generate.writer import (
    AnswerWriter,
    FailedAnswer,
    FailedAnswersError,
    Request,
    WrittenAnswer,
)
from lmmrec_tfrs.motivation.language_model import Answer
from lmmrec_tfrs.motivation.models.encoder import TextEncoder
from lmmrec_tfrs.motivation.reading import Kind, Text
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

# Part of the fingerprint: raise it when the grammar or the scores change.
_REVISION = 1
_PROMPT_OF_KIND: dict[Kind, PromptKind] = {Kind.REVIEW: "review", Kind.CATALOGUE: "item"}
# Speed only; the endpoint is named in its own words.
_NOT_IN_FINGERPRINT = {"batch_size", "endpoint"}


class GenerativeReader:
    """Reads texts by having a language model write their motivations down.

    Args:
        writer: what writes the answers.
        encoder: compares what was written with the taxonomy.
        taxonomy: the motivations.
        max_failed_answers: more texts without an answer are an error. The scores of such a
            text are NaN, never zero, and its answer has no profile.
    """

    def __init__(
        self,
        writer: AnswerWriter,
        encoder: TextEncoder,
        taxonomy: Taxonomy,
        max_failed_answers: int = 0,
    ):
        self._writer = writer
        self._encoder = encoder
        self._prototypes = motivation_prototypes(encoder, taxonomy)
        self._max_failed_answers = max_failed_answers
        self.failures: list[FailedAnswer] = []
        self.num_unfaithful_quotes = 0

    @classmethod
    def from_config(
        cls, config: ExtractionConfig, taxonomy: Taxonomy, encoder: TextEncoder
    ) -> "GenerativeReader":
        """Loads the model, or gets ready to ask the server, of a configuration."""
        endpoint = config.generate.endpoint
        return cls(
            load_writer(config),
            encoder,
            taxonomy,
            endpoint.max_failed_answers if endpoint else 0,
        )

    @property
    def num_tokens_read(self) -> int:
        """The tokens of texts that were read so far."""
        return self._writer.num_tokens_read

    def read(self, texts: Sequence[Text]) -> list[Answer]:
        """Reads texts, in their order.

        Raises:
            FailedAnswersError: too many texts stay without an answer.
        """
        nothing = np.full(len(self._prototypes), np.nan, dtype=np.float32)
        answers = [Answer(nothing) for _ in texts]
        for index, answer in self.answers(texts):
            answers[index] = answer
        return answers

    def answers(self, texts: Sequence[Text]) -> Iterator[tuple[int, Answer]]:
        """Reads texts in any order, each answer as soon as it is finished.

        Yields:
            The index of a text and its answer; none for a text that failed.

        Raises:
            FailedAnswersError: too many texts stay without an answer.
        """
        requests = [Request(_PROMPT_OF_KIND[text.kind], (text.text,)) for text in texts]
        for written in self._writer.answers(requests):
            if isinstance(written, FailedAnswer):
                self._note(written)
            else:
                yield written.index, self._scored(written)

    def _scored(self, written: WrittenAnswer) -> Answer:
        self.num_unfaithful_quotes += written.num_unfaithful_quotes
        scores = profile_scores(written.profile, self._encoder, self._prototypes)
        return Answer(scores, written.profile)

    def _note(self, failed: FailedAnswer) -> None:
        self.failures.append(failed)
        if len(self.failures) > self._max_failed_answers:
            raise FailedAnswersError(
                f"expected at most {self._max_failed_answers} texts without an answer, but "
                f"{len(self.failures)} failed; the last, after {failed.attempts} tries: "
                f"{failed.reason} Mend the cause, or raise endpoint.max_failed_answers; what was "
                "answered before stays in the cache, if there is one."
            )


def load_writer(config: ExtractionConfig) -> AnswerWriter:
    """Loads what writes the answers: the server of the configuration, or its language model."""
    if config.generate.endpoint is not None:
        from lmmrec_tfrs.motivation.generate.endpoint import EndpointWriter

        return EndpointWriter(config.generate, config.seed)
    from lmmrec_tfrs.motivation.generate.local_writer import LocalWriter
    from lmmrec_tfrs.motivation.models.registry import load_causal_lm

    model = load_causal_lm(config.language_model)
    return LocalWriter(model, config.generate, config.jit_compile)


def generative_fingerprint(config: ExtractionConfig) -> str:
    """Identifies all that an answer depends on but the text and the taxonomy.

    Loads no model. A server's model is known by its address and name only: whoever changes what
    is served under a name has to change the name.

    Returns:
        A SHA-256 in hexadecimal.
    """
    from lmmrec_tfrs.motivation.models.registry import fingerprint_of

    endpoint = config.generate.endpoint
    identity: dict[str, Any] = {
        "revision": _REVISION,
        "model": (
            {"base_url": endpoint.base_url, "model": endpoint.model, "seed": config.seed}
            if endpoint
            else fingerprint_of(config.language_model)
        ),
        "prompts": prompts_hash(config.generate.prompt_version),
        "settings": config.generate.model_dump(mode="json", exclude=_NOT_IN_FINGERPRINT),
        # The scores are the encoder's.
        "encoder": {"model": fingerprint_of(config.encoder), "max_tokens": config.max_tokens},
    }
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode("utf-8")).hexdigest()
