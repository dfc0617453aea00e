"""The settings of privacy."""

import pytest

from lmmrec_tfrs.privacy.config import KINDS, PrivacyConfig


def test_all_is_masked_and_no_id_hashed_by_default() -> None:
    config = PrivacyConfig()
    assert config.mask_personal_data
    assert set(config.kinds) == set(KINDS)
    assert not config.hash_user_ids
    assert not config.mask_catalogue


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kinds": ("email", "emails")}, "emails"),
        ({"kinds": ("email", "email")}, "each value once"),
        ({"phone_regions": ("usa",)}, "two capital letters"),
        ({"key_environment_variable": "0f3a9c"}, "key_environment_variable"),
        ({"kind": ("email",)}, "did you mean 'kinds'"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PrivacyConfig.model_validate(settings)
