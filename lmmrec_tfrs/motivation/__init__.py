"""Reading motivations out of text, with language models on Keras 3.

Nothing in this package touches `tf.keras`; what it shares with the towers are arrays. What is
named here is loaded when it is first used: importing the settings brings no model along.

>>> from lmmrec_tfrs.motivation import ExtractionConfig
>>> ExtractionConfig(taxonomy="video_games", strategy="encode").encoder
'packaged:minilm'
"""

from typing import TYPE_CHECKING

from lmmrec_tfrs.lazy_names import lazy_names

if TYPE_CHECKING:
    from lmmrec_tfrs.motivation.config import ExtractionConfig
    from lmmrec_tfrs.motivation.profile import MotivationProfile, StatedMotivation
    from lmmrec_tfrs.motivation.reader import MotivationReader, TextMotivations
    from lmmrec_tfrs.motivation.taxonomy import Motivation, Taxonomy

__all__ = [
    "ExtractionConfig",
    "Motivation",
    "MotivationProfile",
    "MotivationReader",
    "StatedMotivation",
    "Taxonomy",
    "TextMotivations",
]

_MODULES = {
    "ExtractionConfig": "config",
    "Motivation": "taxonomy",
    "MotivationProfile": "profile",
    "MotivationReader": "reader",
    "StatedMotivation": "profile",
    "Taxonomy": "taxonomy",
    "TextMotivations": "reader",
}

__getattr__ = lazy_names(__name__, _MODULES, extra="read")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
