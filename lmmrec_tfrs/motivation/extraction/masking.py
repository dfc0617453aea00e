"""Masking personal data before any model, cache or artifact sees a text."""

import dataclasses
from collections import Counter
from collections.abc import Mapping
from typing import Any

from lmmrec_tfrs.motivation.profile import MotivationProfile
from lmmrec_tfrs.motivation.reading import Text
from lmmrec_tfrs.privacy.config import PrivacyConfig
from lmmrec_tfrs.privacy.masking import Masker


class TextMasker:
    """Masks texts and the profiles that come with them.

    Args:
        config: what is masked.
    """

    def __init__(self, config: PrivacyConfig):
        self._masker = Masker(config) if config.mask_personal_data else None

    def mask(self, source: Text) -> tuple[Text, Mapping[str, int]]:
        """Masks a text.

        Returns:
            The text, and how much was masked in it by kind of personal data.
        """
        if self._masker is None:
            return source, {}
        counts: Counter[str] = Counter()
        profile = source.profile
        if profile is not None:
            masked = self._mask_strings(profile.model_dump(mode="json"), counts)
            profile = MotivationProfile.model_validate(masked)
            counts.clear()  # The text is made of the same phrases.
        found = self._masker.mask(source.text)
        counts.update(found.counts)
        return dataclasses.replace(source, text=found.text, profile=profile), counts

    def _mask_strings(self, value: Any, counts: Counter[str]) -> Any:
        assert self._masker is not None
        if isinstance(value, str):
            masked = self._masker.mask(value)
            counts.update(masked.counts)
            return masked.text
        if isinstance(value, list):
            return [self._mask_strings(inner, counts) for inner in value]
        if isinstance(value, dict):
            return {key: self._mask_strings(inner, counts) for key, inner in value.items()}
        return value
