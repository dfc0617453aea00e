"""The cluster that other tests train on ends, whatever its workers do."""

import json
import signal
import socket
import sys
from pathlib import Path

import pytest

from tests.lmmrec_tfrs.training.local_cluster import Ended, free_ports, run_cluster

_WHO = "import json, os, sys, time; me = json.loads(os.environ['TF_CONFIG'])['task']['index']; "


def _run(program: str, folder: Path, **limits: float) -> list[Ended]:
    command = [sys.executable, "-X", "faulthandler", "-c", _WHO + program]
    return run_cluster(command, folder / "printed", cwd=folder, **limits)


def test_each_worker_says_its_own(tmp_path: Path):
    ends = _run("print(os.environ['TF_CONFIG']); print('said', file=sys.stderr)", tmp_path)
    assert [(end.return_code, end.errors) for end in ends] == [(0, "said\n")] * 2
    first, second = (json.loads(end.output) for end in ends)
    assert first["cluster"] == second["cluster"]
    assert len(set(first["cluster"]["worker"])) == 2
    assert [first["task"]["index"], second["task"]["index"]] == [0, 1]


@pytest.mark.timeout(60)  # Far less than the limit, which is not what ends it.
@pytest.mark.parametrize("failing", [0, 1])
def test_a_failure_ends_the_other_who_waits_for_it(failing: int, tmp_path: Path):
    program = f"sys.exit(3) if me == {failing} else time.sleep(600)"
    ends = _run(program, tmp_path, grace_s=0.5)
    assert ends[failing].return_code == 3
    assert ends[1 - failing].return_code == -signal.SIGABRT


def test_a_failure_leaves_the_other_time_to_end(tmp_path: Path):
    ends = _run("sys.exit(3) if me else (time.sleep(0.5), print('done'))", tmp_path, grace_s=60)
    assert [(end.return_code, end.output) for end in ends] == [(0, "done\n"), (3, "")]


def test_workers_that_hang_say_where(tmp_path: Path):
    for end in _run("time.sleep(600)", tmp_path, limit_s=1.0):
        assert end.return_code == -signal.SIGABRT
        assert "most recent call first" in end.errors


def test_much_that_is_printed_blocks_nobody(tmp_path: Path):
    ends = _run("sys.stderr.write('x' * 300_000)", tmp_path)
    assert [(end.return_code, len(end.errors)) for end in ends] == [(0, 300_000)] * 2


def test_free_ports_differ_and_can_be_taken():
    ports = free_ports(20)
    assert len(set(ports)) == 20
    for port in ports:
        with socket.socket() as server:
            server.bind(("127.0.0.1", port))
