"""Asking an OpenAI-compatible server, one that runs here and answers as it is told."""

import contextlib
import http.server
import json
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lmmrec_tfrs.motivation.generate import endpoint as endpoint_module
from lmmrec_tfrs.motivation.generate.chat_completion import EndpointError
from lmmrec_tfrs.motivation.generate.config import EndpointConfig, GenerateConfig
from lmmrec_tfrs.motivation.generate.endpoint import EndpointWriter
from lmmrec_tfrs.motivation.generate.schema import published_schema
from lmmrec_tfrs.motivation.generate.writer import (
    FailedAnswer,
    Request,
    WrittenAnswer,
)

pytestmark = pytest.mark.serving

TEXT = "A secret text about my wedding."
ANSWER = {
    "facts": ["my wedding"],
    "needs": ["to look well"],
    "motivations": [
        {
            "motivation": "wedding",
            "polarity": "seeks",
            "weight": 0.9,
            "evidence": ["my wedding", "made up"],
        }
    ],
    "preferences": [],
    "attributes": ["secret"],
}
GOOD = json.dumps(ANSWER)

# Status, headers and body.
Reply = tuple[int, dict[str, str], bytes]
Received = dict[str, Any]


def completion(content: Any, finish_reason: str = "stop") -> Reply:
    choice = {"message": {"role": "assistant", "content": content}, "finish_reason": finish_reason}
    return 200, {}, json.dumps({"choices": [choice]}).encode()


class Server:
    """Replies by a function of the number of the request, from 0."""

    def __init__(self, reply: Callable[[int], Reply]):
        self.received: list[Received] = []
        lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with lock:
                    number = len(outer.received)
                    outer.received.append(
                        {"path": self.path, "headers": dict(self.headers), "body": body}
                    )
                status, headers, content = reply(number)
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                """Says nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Keeps the waits between tries, and waits not at all."""
    kept: list[float] = []
    make = endpoint_module._wait

    def noting(longest: float) -> Callable[[Any], float]:
        wait = make(longest)

        def noted(state: Any) -> float:
            kept.append(wait(state))
            return 0.0

        return noted

    monkeypatch.setattr(endpoint_module, "_wait", noting)
    return kept


def writer_for(server: Server, **settings: Any) -> EndpointWriter:
    values = {"base_url": server.url, "model": "served", "timeout_seconds": 10.0, **settings}
    return EndpointWriter(GenerateConfig(endpoint=EndpointConfig(**values)), seed=3)


def ask(
    reply: Callable[[int], Reply], count: int = 1, **settings: Any
) -> tuple[list[WrittenAnswer | FailedAnswer], Server, EndpointWriter]:
    with Server(reply) as server, writer_for(server, **settings) as writer:
        answers = list(writer.answers([Request("review", (TEXT,))] * count))
    return sorted(answers, key=lambda answer: answer.index), server, writer


def scripted(*replies: Reply) -> Callable[[int], Reply]:
    return lambda number: replies[min(number, len(replies) - 1)]


def test_an_answer_keeps_only_verbatim_evidence():
    (answer,), server, writer = ask(scripted(completion(GOOD)))

    assert isinstance(answer, WrittenAnswer)
    assert answer.profile.motivations[0].evidence == ("my wedding",)
    assert answer.profile.attributes == ("secret",)
    assert answer.num_unfaithful_quotes == 1
    assert writer.num_tokens_read == len(TEXT.split())
    (received,) = server.received
    assert received["path"] == "/v1/chat/completions"
    body = received["body"]
    assert body["model"] == "served"
    assert body["seed"] == 3
    assert body["temperature"] == 0.0
    assert body["response_format"]["json_schema"]["schema"] == published_schema()
    assert body["messages"][-1] == {"role": "user", "content": f"Review:\n{TEXT}"}
    assert "authorization" not in {name.lower() for name in received["headers"]}


def test_a_broken_server_is_asked_again(waits):
    (answer,), server, writer = ask(
        scripted((500, {}, b""), (503, {}, b"busy"), completion(GOOD)), max_retries=2
    )
    assert isinstance(answer, WrittenAnswer)
    assert len(server.received) == 3
    assert writer.num_retries == 2
    assert len(waits) == 2


def test_the_wait_that_a_busy_server_asks_for_is_honoured(waits):
    replies = [
        (429, {"Retry-After": after}, b"")
        for after in ("7", "9999", "Mon, 01 Jan 2001 00:00:00 GMT")
    ]
    (answer,), _, _ = ask(scripted(*replies, completion(GOOD)), max_wait_seconds=30.0)
    assert isinstance(answer, WrittenAnswer)
    # As asked for; as long as is allowed; a date in the past.
    assert waits == [7.0, 30.0, 0.0]


def test_a_silent_server_runs_into_the_timeout(waits):
    release = threading.Event()

    def reply(number: int) -> Reply:
        if number == 0:
            release.wait(30)
        return completion(GOOD)

    (answer,), server, _ = ask(reply, timeout_seconds=0.3, max_retries=8)
    release.set()
    assert isinstance(answer, WrittenAnswer)
    assert len(server.received) > 1


def test_a_server_that_never_answers_fails_with_its_reason(waits):
    (answer,), server, _ = ask(scripted((500, {}, b"")), max_retries=2)
    assert answer == FailedAnswer(0, "the server answered with the status 500.", 3)
    assert len(server.received) == 3


def test_a_server_that_is_not_there_fails_with_its_reason(waits):
    with Server(scripted(completion(GOOD))) as server:
        writer = writer_for(server, max_retries=1)
    with writer:
        (answer,) = writer.answers([Request("review", (TEXT,))])
    assert isinstance(answer, FailedAnswer)
    assert "ConnectError" in answer.reason
    assert answer.attempts == 2


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (completion("no JSON at all, my wedding"), "expected JSON"),
        (completion(None), "expected JSON"),
        (completion('{"facts": ["my wedding"]}'), r"needs \(missing\)"),
        (completion(GOOD.replace("seeks", "wedding")), r"polarity \(literal_error\)"),
        (completion(GOOD, finish_reason="length"), "raise"),
        ((200, {}, b"my wedding"), "expected a chat completion"),
        ((200, {}, b'{"choices": []}'), "expected a chat completion"),
    ],
)
def test_a_malformed_answer_is_asked_for_again_then_reported(waits, reply, reason):
    (answer,), server, _ = ask(scripted(reply), max_retries=1)

    assert isinstance(answer, FailedAnswer)
    assert answer.attempts == 2
    assert re.search(reason, answer.reason)
    assert "wedding" not in answer.reason
    temperatures = [received["body"]["temperature"] for received in server.received]
    assert temperatures == [0.0, 0.3]


def test_a_malformed_answer_then_a_good_one(waits):
    (answer,), _, _ = ask(scripted(completion("{"), completion(GOOD)))
    assert isinstance(answer, WrittenAnswer)


def test_a_request_that_is_refused_for_itself_is_not_repeated(waits):
    (answer,), server, _ = ask(scripted((400, {}, b"too long")))
    assert isinstance(answer, FailedAnswer)
    assert answer.attempts == len(server.received) == 1


def test_a_server_that_refuses_everything_ends_the_run(waits):
    with pytest.raises(EndpointError, match=r"status 401.*api_key_environment_variable"):
        ask(scripted((401, {}, b"")), count=3)


def test_several_requests_run_at_once():
    # Nobody is answered before four are there: one after another would never end.
    together = threading.Barrier(4, timeout=30)

    def reply(number: int) -> Reply:
        together.wait()
        return completion(GOOD)

    answers, _, _ = ask(reply, count=8, concurrency=4, timeout_seconds=60.0, max_retries=0)
    assert [answer.index for answer in answers] == list(range(8))
    assert all(isinstance(answer, WrittenAnswer) for answer in answers)


def test_stopping_early_asks_no_more():
    with Server(scripted(completion(GOOD))) as server, writer_for(server, concurrency=1) as writer:
        answers: Iterator[Any] = iter(writer.answers([Request("review", (TEXT,))] * 50))
        assert isinstance(next(answers), WrittenAnswer)
        answers.close()  # type: ignore[attr-defined]
    assert len(server.received) < 50


def test_the_key_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("LMMREC_TEST_KEY", "k-123")
    _, server, _ = ask(scripted(completion(GOOD)), api_key_environment_variable="LMMREC_TEST_KEY")
    assert server.received[0]["headers"]["Authorization"] == "Bearer k-123"


def test_a_missing_key_is_named(monkeypatch):
    monkeypatch.delenv("LMMREC_TEST_KEY", raising=False)
    config = EndpointConfig(
        base_url="http://localhost/v1", model="m", api_key_environment_variable="LMMREC_TEST_KEY"
    )
    with pytest.raises(ValueError, match="LMMREC_TEST_KEY"):
        EndpointWriter(GenerateConfig(endpoint=config))
