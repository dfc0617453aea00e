"""The variants of the model that are compared: the one table to edit.

A variant is a set of fields of `TrainingConfig`, dotted where they are nested, put over the
settings of the model. A field that does not exist is an error.
"""

from collections.abc import Mapping
from typing import Any

NO_TEXT, SHUFFLED_TEXT, FULL = "no_text", "shuffled_text", "full"

# What is switched on where nothing else is asked for.
ALIGNMENT_AND_FUSION: Mapping[str, Any] = {
    "inferred_motivations": False,
    "coordination_weight": 0.0,
    "correspondence_weight": 0.0,
}

VARIANTS: dict[str, Mapping[str, Any]] = {
    NO_TEXT: {"use_text": False},
    SHUFFLED_TEXT: {"use_text": "shuffled", "inferred_motivations": True},
    # All parts of the method: the weights of coordination and correspondence are in
    # `search_space.BASE`, that of the alignment is searched for.
    FULL: {"inferred_motivations": True},
    # The full model without one part, and at last without most.
    "no_alignment": {"inferred_motivations": True, "alignment_weight": 0.0},
    "no_coordination": {"inferred_motivations": True, "coordination_weight": 0.0},
    "no_correspondence": {"inferred_motivations": True, "correspondence_weight": 0.0},
    "no_inferred_motivations": {"inferred_motivations": False},
    "no_id_dropout": {"inferred_motivations": True, "id_dropout": 0.0},
    "no_text_dropout": {"inferred_motivations": True, "text_dropout": 0.0},
    "alignment_and_fusion": ALIGNMENT_AND_FUSION,
    "fusion_alone": {**ALIGNMENT_AND_FUSION, "alignment_weight": 0.0},
}
