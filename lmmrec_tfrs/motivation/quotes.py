"""Which words support a motivation: the profile's where it cites some, else the nearest clause."""

from collections.abc import Iterator

from lmmrec_tfrs.data.records import Evidence
from lmmrec_tfrs.motivation.profile import AVOIDS, SEEKS, MotivationProfile, Polarity

Span = tuple[int, int]


def supporting_quote(
    text: str,
    clause: Span,
    generated: MotivationProfile | None = None,
    precomputed: MotivationProfile | None = None,
) -> str:
    """The words that support a motivation whose nearest clause is known.

    Args:
        text: what the encoder read.
        clause: the span of the clause nearest to the motivation.
        generated: a profile of this text; it is quoted only where its quote is verbatim in the
            text and touches the clause.
        precomputed: the profile whose phrases the text is; its evidence stands for its phrase.

    Returns:
        A part of the text, or evidence of the precomputed profile.

    >>> profile = MotivationProfile(motivations=[{"motivation": "gift", "evidence": ["for mum"]}])
    >>> supporting_quote("Bought it for mum. Blue.", (0, 18), profile)
    'for mum'
    """
    for start, end, quote in (
        *_cited(text, generated, SEEKS),
        *_phrases(text, precomputed, SEEKS),
    ):
        if start < clause[1] and clause[0] < end:
            return quote
    return text[clause[0] : clause[1]]


def avoided_evidence(
    text: str,
    generated: MotivationProfile | None = None,
    precomputed: MotivationProfile | None = None,
) -> tuple[tuple[float, Evidence], ...]:
    """What a profile says is avoided: its weight and evidence, heaviest first.

    A generated profile has to cite the text; a precomputed one is quoted as it stands.
    """
    found: dict[str, tuple[float, Evidence]] = {}
    for stated in generated.motivations if generated else ():
        cited = [quote for quote in stated.evidence if quote.strip() and quote in text]
        if stated.polarity == AVOIDS and cited:
            evidence = Evidence(stated.motivation, cited[0], AVOIDS)
            found.setdefault(stated.motivation, (stated.weight, evidence))
    for stated in precomputed.motivations if precomputed else ():
        if stated.polarity == AVOIDS:
            quote = next(filter(str.strip, stated.evidence), stated.motivation)
            evidence = Evidence(stated.motivation, quote, AVOIDS)
            found.setdefault(stated.motivation, (stated.weight, evidence))
    return tuple(sorted(found.values(), key=lambda pair: (-pair[0], pair[1].motivation)))


def _cited(
    text: str, profile: MotivationProfile | None, polarity: Polarity
) -> Iterator[tuple[int, int, str]]:
    for stated in profile.motivations if profile else ():
        for quote in stated.evidence if stated.polarity == polarity else ():
            start = text.find(quote) if quote.strip() else -1
            if start >= 0:
                yield start, start + len(quote), quote


def _phrases(
    text: str, profile: MotivationProfile | None, polarity: Polarity
) -> Iterator[tuple[int, int, str]]:
    for stated in profile.motivations if profile else ():
        start = text.find(stated.motivation) if stated.polarity == polarity else -1
        if start >= 0:
            quote = next(filter(str.strip, stated.evidence), stated.motivation)
            yield start, start + len(stated.motivation), quote
