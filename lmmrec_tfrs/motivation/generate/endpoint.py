"""Answers by an OpenAI-compatible server, such as those of vLLM and llama.cpp."""

import concurrent.futures
import os
import threading
import types
from collections.abc import Iterator, Sequence

import httpx
import tenacity

from lmmrec_tfrs.motivation.generate.chat_completion import (
    InvalidAnswerError,
    UnansweredError,
    parse_completion,
    raise_for_status,
)
from lmmrec_tfrs.motivation.generate.config import EndpointConfig, GenerateConfig
from lmmrec_tfrs.motivation.generate.prompts import KINDS, Prompt
from lmmrec_tfrs.motivation.generate.schema import answer_schema, keep_verbatim
from lmmrec_tfrs.motivation.generate.writer import FailedAnswer, Request, WrittenAnswer

# The server's tokenizer is unknown: a text is cut by its characters.
_CHARACTERS_PER_TOKEN = 4
_RETRY_TEMPERATURE = 0.3


class EndpointWriter:
    """Asks a server for answers, several at once.

    A server that is busy, slow or broken is asked again after a growing wait, or after the one
    it asks for; so is one whose answer does not fit the schema, then at a higher temperature. What
    still has no valid answer becomes a `FailedAnswer` with its reason. Evidence and attributes
    that are not verbatim in the texts are removed and counted.

    Args:
        config: the settings, with an endpoint.
        seed: sent along, for servers that honour it.

    Raises:
        ValueError: there is no endpoint, or the key's environment variable is empty.
    """

    def __init__(self, config: GenerateConfig, seed: int = 0):
        if config.endpoint is None:
            raise ValueError("expected generate.endpoint to be set, received none.")
        self._config = config
        self._endpoint = config.endpoint
        self._seed = seed
        self._prompts = {kind: Prompt.load(kind, config.prompt_version) for kind in KINDS}
        self._client = httpx.Client(
            base_url=config.endpoint.base_url.rstrip("/") + "/",
            headers=_authorization(config.endpoint),
            timeout=config.endpoint.timeout_seconds,
            limits=httpx.Limits(max_connections=config.endpoint.concurrency),
        )
        self._lock = threading.Lock()
        self.num_tokens_read = 0
        self.num_retries = 0

    def __enter__(self) -> "EndpointWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: types.TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def answers(self, requests: Sequence[Request]) -> Iterator[WrittenAnswer | FailedAnswer]:
        """Answers requests, each as soon as it is finished.

        Raises:
            EndpointError: the server refuses every request, as with a wrong key or name.
        """
        executor = concurrent.futures.ThreadPoolExecutor(self._endpoint.concurrency)
        try:
            futures = [
                executor.submit(self._answer, index, request)
                for index, request in enumerate(requests)
            ]
            for future in concurrent.futures.as_completed(futures):
                yield future.result()
        finally:
            # Also when the caller stops: what has not begun is not asked.
            executor.shutdown(wait=False, cancel_futures=True)

    def _answer(self, index: int, request: Request) -> WrittenAnswer | FailedAnswer:
        texts = self._cut(request.texts)
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._endpoint.max_retries + 1),
            wait=_wait(self._endpoint.max_wait_seconds),
            retry=tenacity.retry_if_exception(_is_worth_a_retry),
            reraise=True,
        )
        attempts = 0
        temperature = 0.0
        try:
            for attempt in retrying:
                with attempt:
                    attempts = attempt.retry_state.attempt_number
                    with self._lock:
                        self.num_retries += attempts > 1
                    try:
                        return self._ask(index, request, texts, temperature)
                    except InvalidAnswerError:
                        # The same question at temperature 0 gets the same answer.
                        temperature = _RETRY_TEMPERATURE
                        raise
        except (UnansweredError, InvalidAnswerError) as error:
            return FailedAnswer(index, str(error), attempts)
        except httpx.HTTPError as error:
            reason = f"the server at {self._endpoint.base_url} gave {type(error).__name__}."
            return FailedAnswer(index, reason, attempts)
        raise AssertionError("tenacity ends with an answer or an error.")

    def _ask(
        self, index: int, request: Request, texts: tuple[str, ...], temperature: float
    ) -> WrittenAnswer:
        messages = self._prompts[request.kind].messages(texts)
        schema = {"name": "motivations", "strict": True, "schema": answer_schema()}
        response = self._client.post(
            "chat/completions",
            json={
                "model": self._endpoint.model,
                "messages": [{"role": role, "content": content} for role, content in messages],
                "temperature": temperature,
                "seed": self._seed,
                "max_tokens": self._config.max_new_tokens,
                "response_format": {"type": "json_schema", "json_schema": schema},
            },
        )
        raise_for_status(response)
        raw = parse_completion(response)
        profile, num_unfaithful = keep_verbatim(raw.to_profile(), texts)
        with self._lock:
            self.num_tokens_read += sum(len(text.split()) for text in texts)
        return WrittenAnswer(index, raw, profile, num_unfaithful)

    def _cut(self, texts: Sequence[str]) -> tuple[str, ...]:
        """The texts up to about `max_tokens` in all."""
        kept: list[str] = []
        room = self._config.max_tokens * _CHARACTERS_PER_TOKEN
        for text in texts:
            # Half a UTF-16 pair cannot be sent.
            sendable = text.encode("utf-8", errors="replace").decode("utf-8")
            kept.append(sendable[:room])
            room -= len(kept[-1])
            if room <= 0:
                break
        return tuple(kept)


def _authorization(endpoint: EndpointConfig) -> dict[str, str]:
    variable = endpoint.api_key_environment_variable
    if variable is None:
        return {}
    key = os.environ.get(variable, "").strip()
    if not key:
        raise ValueError(
            f"expected the key of {endpoint.base_url} in the environment variable {variable}, "
            "found none: set it, or leave out api_key_environment_variable."
        )
    return {"Authorization": f"Bearer {key}"}


def _is_worth_a_retry(error: BaseException) -> bool:
    if isinstance(error, UnansweredError):
        return error.worth_a_retry
    return isinstance(error, InvalidAnswerError | httpx.TransportError)


def _wait(longest: float) -> "tenacity.wait.WaitBaseT":
    backing_off = tenacity.wait_random_exponential(multiplier=0.5, max=longest)

    def wait(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, UnansweredError) and error.retry_after is not None:
            return min(error.retry_after, longest)
        return backing_off(state)

    return wait
