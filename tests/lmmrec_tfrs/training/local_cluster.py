"""A cluster of workers that are processes of this machine, for tests."""

import contextlib
import dataclasses
import json
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

# Below the ports that the system gives to whoever asks, among them every outgoing connection.
_PORTS = range(20_000, 32_000)
_POLL_SECONDS = 0.1


@dataclasses.dataclass(frozen=True)
class Ended:
    """How a worker ended; its return code is negative where a signal ended it."""

    return_code: int
    output: str
    errors: str


def free_ports(number: int) -> list[int]:
    """Ports that are free now, and differ, since all are held until the last is found."""
    candidates = random.SystemRandom().sample(_PORTS, len(_PORTS))
    found: list[int] = []
    with contextlib.ExitStack() as held:
        while len(found) < number:
            port = candidates.pop()
            probe = held.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                found.append(port)
    return found


def run_cluster(
    command: Sequence[str],
    folder: Path,
    *,
    cwd: Path,
    number_of_workers: int = 2,
    limit_s: float = 250.0,
    grace_s: float = 20.0,
) -> list[Ended]:
    """Run `command` as each worker of a cluster, and wait for all.

    A worker without the others waits for them, so once one has failed the rest get `grace_s`
    seconds, and all have `limit_s`: then they are aborted, and a Python worker that runs with
    `-X faulthandler` says where it was.

    Args:
        command: what each worker runs, told who it is by the environment variable `TF_CONFIG`.
        folder: made where missing, for what the workers print: a pipe that nobody reads yet
            would block the one who writes.
        cwd: where the workers run.
        number_of_workers: how many.
        limit_s: seconds that they may take.
        grace_s: seconds from the first failure on.

    Returns:
        How each of them ended.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cluster = {"worker": [f"127.0.0.1:{port}" for port in free_ports(number_of_workers)]}
    with contextlib.ExitStack() as files:
        workers = [
            subprocess.Popen(
                command,
                stdout=files.enter_context((folder / f"output-{index}").open("w")),
                stderr=files.enter_context((folder / f"errors-{index}").open("w")),
                cwd=cwd,
                env={
                    **os.environ,
                    "TF_CONFIG": json.dumps(
                        {"cluster": cluster, "task": {"type": "worker", "index": index}}
                    ),
                },
            )
            for index in range(number_of_workers)
        ]
        _wait(workers, limit_s, grace_s)
    return [
        Ended(
            worker.returncode,
            (folder / f"output-{index}").read_text(),
            (folder / f"errors-{index}").read_text(),
        )
        for index, worker in enumerate(workers)
    ]


def _wait(workers: Sequence[subprocess.Popen], limit_s: float, grace_s: float) -> None:
    """Until all have ended, by themselves or, at the deadline, by a signal."""
    deadline = time.monotonic() + limit_s
    failed = False
    try:
        # A list, so that each of them is asked.
        while None in (codes := [worker.poll() for worker in workers]):
            if not failed and any(codes):
                failed = True
                deadline = min(deadline, time.monotonic() + grace_s)
            if time.monotonic() > deadline:
                break
            time.sleep(_POLL_SECONDS)
        for worker in workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGABRT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    worker.wait(timeout=10)
    finally:
        for worker in workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()
