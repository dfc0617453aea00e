"""Given names that people sign with: they tell "Thanks, Anna" from "Thanks, Fender"."""

import json
import re
import unicodedata
from functools import lru_cache
from importlib import resources

from lmmrec_tfrs.privacy.detectors.anchors import word_set

_TITLES = frozenset(("dr", "mr", "mrs", "ms", "prof", "rev"))
# Given names that are words as well: in small letters they are not taken for names.
_ALSO_WORDS = word_set(
    "april art august austin bill blake brook brooke chance chase crystal daisy dawn dean drew "
    "earl ed eve faith frank gene ginger grace grant guy hope iris ivy jack jade jay jean joy july "
    "june la lance lily long love major mark max may mercedes miles norm pat patience penny "
    "perry rich rob rod rose ross said sandy star stone sue summer ted tom troy violet wade ward "
    "will young lee kay kirk melody cody carol chad dale dan don jesus jordan kelly kenya "
    "lane lana leo lou luz mona nick peggy phoebe ray ron rusty sam sierra stan tony van"
)


def starts_with_given_name(name: str) -> bool:
    """Whether the first word of a name is a known given name or a title.

    >>> starts_with_given_name("José García"), starts_with_given_name("Guitar Center")
    (True, False)
    """
    first = re.split(r"[ .'-]+", _plain(name), maxsplit=1)[0]
    return first in _TITLES or first in _given_names()


def is_given_name_only(word: str) -> bool:
    """Whether a word, in whatever letters, is a given name and nothing else.

    >>> is_given_name_only("jane"), is_given_name_only("will")
    (True, False)
    """
    plain = _plain(word)
    return plain in _given_names() and plain not in _ALSO_WORDS


def _plain(name: str) -> str:
    """A name in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", name.lower().replace("ß", "ss"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    return frozenset(
        json.loads(resources.files(__package__).joinpath("given_names.json").read_text("utf-8"))
    )
