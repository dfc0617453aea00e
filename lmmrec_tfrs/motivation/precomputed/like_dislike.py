"""Profiles that a language model wrote as two lists of bullets, `[Like]` and `[Dislike]`."""

import dataclasses
import re

from lmmrec_tfrs.motivation.profile import (
    AVOIDS,
    SEEKS,
    MotivationProfile,
    Polarity,
    StatedMotivation,
)

# What `StatedMotivation` allows; a longer bullet is cut before a word.
_MAX_CHARACTERS = 200
_HEADINGS: dict[str, Polarity] = {"like": SEEKS, "likes": SEEKS, "dislike": AVOIDS}
_HEADINGS["dislikes"] = AVOIDS
# `[Like]`, `**[Dislike]**`, `## Likes:`; also one that was cut off at the end of the text.
_HEADING = re.compile(r"[*#\s]*(?:\[\s*(dislikes?|likes?)\s*\]?|(dislikes?|likes?)\s*:)[*:\s]*")
_BULLET = re.compile(r"(?:[-*\u2022\u2013]|\d{1,2}[.)])\s*(?P<text>.*)")
_RULE = re.compile(r"[-*_=\s]{3,}")
# Bullets that say that there is nothing to say.
_NOTHING = re.compile(
    r"(?:none|nothing|no (?:dis)?likes?)"
    r"(?:\s*\(.*|\s+(?:mentioned|noted|stated|specified|given|for|in particular)\b.*)?"
    r"|n/?a|not (?:enough|applicable|specified|mentioned)\b.*"
)
_PUNCTUATION = " .,;:!?-\u2013\u2014()[]*_'\""
# Without headings a bullet's own verb says whether it is avoided.
_AVOIDING = re.compile(
    r"(?:dislikes?|avoids?|disapproves?|criticizes?|criticises?|hates?|not a (?:big )?fan)\b"
)


@dataclasses.dataclass(frozen=True)
class LikeDislike:
    """A profile and what was left out of it.

    Attributes:
        profile: a sought motivation for each bullet under `[Like]`, an avoided one for each
            under `[Dislike]`, in their order.
        num_empty: bullets without words, or that say "None".
        num_repeated: bullets that were there before, under the same heading.
        num_cut: bullets that were cut to the length that the schema allows.
        num_other: lines that belong to no bullet.
    """

    profile: MotivationProfile
    num_empty: int = 0
    num_repeated: int = 0
    num_cut: int = 0
    num_other: int = 0


def parse_like_dislike(text: str) -> LikeDislike:
    r"""Reads a text of `[Like]` and `[Dislike]` bullets.

    Several sections of a kind are joined; a line after a bullet goes on with it. A bullet before
    any heading is sought, unless its first word says otherwise ("Dislikes ...").

    Args:
        text: the profile as the language model wrote it.

    >>> parsed = parse_like_dislike("[Like]\n- Clever twists\n\n[Dislike]\n- None.")
    >>> parsed.profile.sought, parsed.profile.avoided, parsed.num_empty
    (('Clever twists',), (), 1)
    """
    bullets, num_other = _bullets(text)
    seen: set[tuple[str, Polarity]] = set()
    motivations = []
    num_empty = num_repeated = num_cut = 0
    for polarity, bullet in bullets:
        phrase = _without_emphasis(" ".join(bullet.split()))
        key = (phrase.casefold().rstrip("."), polarity)
        if _says_nothing(phrase):
            num_empty += 1
        elif key in seen:
            num_repeated += 1
        else:
            seen.add(key)
            short = _cut(phrase)
            num_cut += short != phrase
            motivations.append(StatedMotivation(motivation=short, polarity=polarity))
    profile = MotivationProfile(motivations=tuple(motivations))
    return LikeDislike(profile, num_empty, num_repeated, num_cut, num_other)


def _bullets(text: str) -> tuple[list[tuple[Polarity, str]], int]:
    """The bullets with their polarity, and the number of lines that belong to none."""
    bullets: list[tuple[Polarity, str]] = []
    heading: Polarity | None = None
    open_bullet = False
    num_other = 0
    for line in map(str.strip, text.splitlines()):
        if found := _HEADING.fullmatch(line.casefold()):
            heading = _HEADINGS[found.group(1) or found.group(2)]
            open_bullet = False
        elif not line or _RULE.fullmatch(line):
            open_bullet = False
        elif (bullet := _BULLET.fullmatch(line)) and not line.startswith("**"):
            phrase = bullet["text"].strip()
            avoided = _AVOIDING.match(phrase.casefold()) is not None
            bullets.append((heading or (AVOIDS if avoided else SEEKS), phrase))
            open_bullet = True
        elif open_bullet:
            polarity, begun = bullets[-1]
            bullets[-1] = (polarity, f"{begun} {line}")
        else:
            num_other += 1
    return bullets, num_other


def _says_nothing(phrase: str) -> bool:
    core = phrase.casefold().strip(_PUNCTUATION)
    return not core or _NOTHING.fullmatch(core) is not None


def _without_emphasis(phrase: str) -> str:
    """The phrase without the asterisks of Markdown around it."""
    return phrase.strip("*").strip() if phrase.startswith("**") else phrase


def _cut(phrase: str) -> str:
    if len(phrase) <= _MAX_CHARACTERS:
        return phrase
    words = phrase[: _MAX_CHARACTERS + 1].rsplit(maxsplit=1)
    return words[0][:_MAX_CHARACTERS]
