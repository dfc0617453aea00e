"""The report of masking: it adds up, and holds numbers only."""

import json

from lmmrec_tfrs.privacy.config import PrivacyConfig
from lmmrec_tfrs.privacy.masking import Masker
from lmmrec_tfrs.privacy.report import MaskingReport
from tests.lmmrec_tfrs.privacy.canaries import read_canaries


def test_parts_add_up_to_the_whole_and_no_text_is_told() -> None:
    canaries = read_canaries("tuning")
    masked = [Masker(PrivacyConfig()).mask(canary.text) for canary in canaries]
    whole = MaskingReport.of(masked)
    assert MaskingReport.of(masked[:30]) + MaskingReport.of(masked[30:]) == whole
    assert MaskingReport() + whole == whole
    assert whole.num_texts == whole.num_touched == len(canaries)
    written = json.dumps(whole.to_dict(), ensure_ascii=False)
    assert not any(secret in written for canary in canaries for secret in canary.secrets)


def test_a_text_with_two_findings_of_a_kind_is_touched_once() -> None:
    masked = [Masker(PrivacyConfig()).mask(text) for text in ("a@b.com, c@d.com", "fine")]
    assert MaskingReport.of(masked).to_dict() == {
        "texts": 2,
        "texts_touched": 1,
        "masked_by_kind": {"email": 2},
        "texts_touched_by_kind": {"email": 1},
    }
