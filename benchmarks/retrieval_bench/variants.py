"""The variants of the model that are compared: the one table to edit.

A variant is a set of fields of `TrainingConfig`, dotted where they are nested, put over the
settings of the model. A field that does not exist is an error.
"""

from collections.abc import Mapping
from typing import Any

NO_TEXT, SHUFFLED_TEXT, FULL = "no_text", "shuffled_text", "full"

VARIANTS: dict[str, Mapping[str, Any]] = {
    NO_TEXT: {"use_text": False},
    SHUFFLED_TEXT: {"use_text": "shuffled"},
    FULL: {},
    # The full model without one part.
    "no_alignment": {"alignment_weight": 0.0},
    "no_coordination": {"coordination_weight": 0.0},
    "no_correspondence": {"correspondence_weight": 0.0},
    "no_inferred_motivations": {"inferred_motivations": False},
    "no_id_dropout": {"id_dropout": 0.0},
    "no_text_dropout": {"text_dropout": 0.0},
}
