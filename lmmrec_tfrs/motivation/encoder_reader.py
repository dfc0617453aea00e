"""Reading texts with the encoder: how near each text and clause is to each motivation."""

from collections.abc import Sequence

import numpy as np

from lmmrec_tfrs.motivation.clauses import split_clauses
from lmmrec_tfrs.motivation.models.encoder import TextEncoder
from lmmrec_tfrs.motivation.reading import Reading, Text
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

# No model reads further than this into a text.
MAX_CHARACTERS = 6000


def motivation_prototypes(encoder: TextEncoder, taxonomy: Taxonomy) -> np.ndarray:
    """A unit vector for each motivation: half its description, half its examples' mean.

    Returns:
        float32 `[num_motivations, dimension]`.
    """
    prototypes = []
    for motivation in taxonomy.motivations:
        sentences = [f"{motivation.name}: {motivation.description}", *motivation.examples]
        described, *examples = (e.vector for e in encoder.encode([[s] for s in sentences]))
        mean = (described + np.mean(examples, axis=0)) / 2 if examples else described
        prototypes.append(mean / max(float(np.linalg.norm(mean)), 1e-12))
    return np.stack(prototypes).astype(np.float32)


class EncoderReader:
    """Reads texts with an encoder.

    Args:
        encoder: the model.
        taxonomy: the motivations.
    """

    def __init__(self, encoder: TextEncoder, taxonomy: Taxonomy):
        self._encoder = encoder
        self._prototypes = motivation_prototypes(encoder, taxonomy)
        self.num_tokens_read = 0

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """Reads texts, none of them blank; only their beginnings where they are very long.

        Raises:
            ValueError: a text is blank.
        """
        spans = [split_clauses(text.text[:MAX_CHARACTERS]) for text in texts]
        blank = [text for text, clauses in zip(texts, spans, strict=True) if not clauses]
        if blank:
            raise ValueError(
                f"expected texts of at least one visible character, received {blank[0]!r}: "
                "leave blank texts out."
            )
        encoded = self._encoder.encode(
            [
                [text.text[start:end] for start, end in clauses]
                for text, clauses in zip(texts, spans, strict=True)
            ]
        )
        self.num_tokens_read += sum(e.num_tokens for e in encoded)
        return [
            Reading(
                source=text,
                vector=e.vector,
                similarity=self._prototypes @ e.vector,
                clauses=np.asarray(clauses, dtype=np.int32),
                clause_similarity=(e.clause_vectors @ self._prototypes.T).astype(np.float16),
            )
            for text, clauses, e in zip(texts, spans, encoded, strict=True)
        ]
