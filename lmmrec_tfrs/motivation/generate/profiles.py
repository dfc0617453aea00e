"""Profiles of users and items from several of their texts."""

from collections.abc import Sequence

from lmmrec_tfrs.motivation.generate.prompts import PromptKind
from lmmrec_tfrs.motivation.generate.writer import (
    AnswerWriter,
    FailedAnswer,
    FailedAnswersError,
    Request,
)
from lmmrec_tfrs.motivation.profile import MotivationProfile


class ProfileWriter:
    """Writes profiles of users and items.

    Args:
        writer: a `LocalWriter` or an `EndpointWriter`.
    """

    def __init__(self, writer: AnswerWriter):
        self._writer = writer

    def write_user_profile(self, texts: Sequence[str]) -> MotivationProfile:
        """The motivations of the one who wrote some texts.

        Raises:
            ValueError: there is no text.
            FailedAnswersError: the model gave no valid answer.
        """
        return self._write("user", texts)

    def write_item_profile(self, texts: Sequence[str]) -> MotivationProfile:
        """The motivations that an item serves, from its description and its reviews.

        Raises:
            ValueError: there is no text.
            FailedAnswersError: the model gave no valid answer.
        """
        return self._write("item", texts)

    def _write(self, kind: PromptKind, texts: Sequence[str]) -> MotivationProfile:
        visible = tuple(text for text in texts if text.strip())
        if not visible:
            raise ValueError(f"expected some text of the {kind}, received none but blank ones.")
        (answer,) = self._writer.answers([Request(kind, visible)])
        if isinstance(answer, FailedAnswer):
            raise FailedAnswersError(
                f"no profile of the {kind} after {answer.attempts} tries: {answer.reason}"
            )
        return answer.profile
