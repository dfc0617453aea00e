"""What comes back from a server: an answer, or the reason why there is none.

No message holds a word of a text or of an answer: messages end up in logs.
"""

import datetime
import email.utils
import http
import json

import httpx
from pydantic import ValidationError

from lmmrec_tfrs.motivation.generate.schema import GeneratedAnswer

# The same for every text: there is no use in going on.
_HOPELESS = (
    http.HTTPStatus.UNAUTHORIZED,
    http.HTTPStatus.FORBIDDEN,
    http.HTTPStatus.NOT_FOUND,
    http.HTTPStatus.METHOD_NOT_ALLOWED,
)
_TEMPORARY = (
    http.HTTPStatus.REQUEST_TIMEOUT,
    http.HTTPStatus.CONFLICT,
    http.HTTPStatus.TOO_EARLY,
    http.HTTPStatus.TOO_MANY_REQUESTS,
)


class EndpointError(RuntimeError):
    """The server refuses every request; the message says what to do."""


class UnansweredError(RuntimeError):
    """The server did not answer one request.

    Attributes:
        worth_a_retry: whether it may answer later.
        retry_after: how many seconds it asks to wait, if it does.
    """

    def __init__(self, message: str, worth_a_retry: bool, retry_after: float | None = None):
        super().__init__(message)
        self.worth_a_retry = worth_a_retry
        self.retry_after = retry_after


class InvalidAnswerError(ValueError):
    """The server's answer is not one of the published schema."""


def raise_for_status(response: httpx.Response) -> None:
    """Tells what a status means for the request.

    Raises:
        EndpointError: no request can succeed.
        UnansweredError: this one did not.
    """
    status = response.status_code
    if status in _HOPELESS:
        raise EndpointError(
            f"{response.request.url} answered with the status {status}: expected an API of chat "
            "completions that takes this key and this model. Check base_url, model and "
            "api_key_environment_variable."
        )
    if not response.is_success:
        temporary = status in _TEMPORARY or response.is_server_error
        raise UnansweredError(
            f"the server answered with the status {status}.",
            worth_a_retry=temporary,
            retry_after=_seconds(response.headers.get("Retry-After")),
        )


def parse_completion(response: httpx.Response) -> GeneratedAnswer:
    """Reads the answer out of a chat completion.

    Raises:
        InvalidAnswerError: it is cut off, is no JSON, or does not fit the schema.
    """
    try:
        choice = response.json()["choices"][0]
        content, reason = choice["message"]["content"], choice.get("finish_reason")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InvalidAnswerError(
            f"expected a chat completion with one choice, received something else "
            f"({type(error).__name__})."
        ) from None
    if reason == "length":
        raise InvalidAnswerError(
            "the answer is cut off: expected it to end within max_new_tokens; raise them."
        )
    try:
        return GeneratedAnswer.model_validate(json.loads(content))
    except ValidationError as error:
        wrong = {".".join(map(str, e["loc"])) or "the answer": e["type"] for e in error.errors()}
        described = ", ".join(f"{where} ({what})" for where, what in wrong.items())
        raise InvalidAnswerError(
            f"expected an answer of the published schema, but these do not fit: {described}."
        ) from None
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidAnswerError(
            f"expected JSON as the answer, received something else ({type(error).__name__})."
        ) from None


def _seconds(header: str | None) -> float | None:
    """The value of `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3)."""
    if header is None:
        return None
    try:
        return max(float(header), 0.0)
    except ValueError:
        pass
    try:
        date = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=datetime.UTC)
    return max((date - datetime.datetime.now(datetime.UTC)).total_seconds(), 0.0)
