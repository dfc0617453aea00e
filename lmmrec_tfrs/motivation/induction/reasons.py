"""Which clauses say why: by the words that English reviews give reasons with."""

import re

_FORMS_OF_LIKING = "(?:lov(?:e|es|ed|ing)|enjoy(?:s|ed|ing)?|like[ds]?|ador(?:e|es|ed))"
_GOOD = (
    "great|good|perfect|ideal|excellent|best|fun|nice|awesome|amazing|fantastic|brilliant|"
    "wonderful|beautiful|incredible|superb|lovely|cool|epic|solid|handy|comfortable"
)
# A reason, a purpose, a wish or a feeling is named.
_REASON = re.compile(
    rf"\b(?:because|so that|in order to|{_FORMS_OF_LIKING} (?!it\b|this\b(?! is)|them\b)\w+|"
    rf"(?:{_GOOD}) (?:for|to|with|when|way to)|if (?:you|u|you're|your)(?: a| are)? "
    rf"(?:really )?(?:into|{_FORMS_OF_LIKING}|want|need|enjoy|bored|looking|feel)|"
    r"looking for|for (?:my|when|those|anyone who|people who|fans of)|reminds?|nostalgi\w+|"
    r"makes? (?:me|you|it)|lets? (?:me|you)|allows?|you can|able to|keeps? (?:me|you)|"
    r"addict\w+|hooked|kill(?:ing)? time|pass(?:ing)? the time|relax\w*|satisfying|rewarding|"
    r"with (?:my |your |some |a few |other )?(?:friends?|family|mates|buddies|kids|wife|husband|"
    r"brother|sister|son|daughter)|(?:favou?rite|best) (?:part|thing)|freedom|feels? like)\b",
    re.IGNORECASE,
)
# Something is praised, so what is praised may be the reason.
_PRAISE = re.compile(
    rf"\b(?:{_GOOD}|{_FORMS_OF_LIKING}|gorgeous|stunning|hilarious|immersive|engaging|unique|"
    r"interesting|funny|challenging|exciting|immersed|favou?rite|recommend\w*|worth)\b",
    re.IGNORECASE,
)
# Something is wrong, is missing or is told: no reason to come.
_OTHER = re.compile(
    r"\b(?:bugs?|buggy|crash\w*|glitch\w*|lag\w*|fix\w*|refund\w*|servers?|wish|hopefully|"
    r"unfortunately|however|boring|bored of|annoying|broken?|wrong|terrible|horrible|awful|"
    r"hates?|hated|not|no|never|isn't|doesn't|don't|dont|didn't|wasn't|won't|can't|cant|couldn't|"
    r"wouldn't|shouldn't|without|lacks?|lacking|bad|worst|worse|problems?|issues?|"
    r"disappoint\w*|return\w*|updates?|but|should|download\w*|developers?|devs?)\b",
    re.IGNORECASE,
)


def reason_score(clause: str) -> float:
    """How much a clause reads like a reason: 1 for a named one, 0.5 for praise, less 1 for others.

    >>> reason_score("It's great to relax with after work"), reason_score("It crashed twice.")
    (1.5, -1.0)
    """
    named = _REASON.search(clause) is not None
    praised = _PRAISE.search(clause) is not None
    other = _OTHER.search(clause) is not None
    return 1.0 * named + 0.5 * praised - 1.0 * other
