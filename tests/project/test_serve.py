"""`manage.py serve`: a whole node, started and stopped for real."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.nodes import (
    TIMEOUT_S,
    alive,
    answers,
    command_line,
    descendants,
    end,
    eventually,
    free_port,
    manage,
)

pytestmark = pytest.mark.slow


class Node:
    """One `manage.py serve` with an empty database."""

    def __init__(self, data_dir: Path) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[str] = manage("serve", data_dir=data_dir, port=self.port)

    def pids(self, word: str) -> list[int]:
        """Processes below `serve` with this word in their command line."""
        return [pid for pid in descendants(self.process.pid) if word in command_line(pid)]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    manage("migrate", "--verbosity", "0", data_dir=folder, port=free_port()).communicate()
    return folder


@pytest.fixture
def node(migrated: Path, tmp_path: Path) -> Iterator[Node]:
    shutil.copytree(migrated, tmp_path / "node")
    node = Node(tmp_path / "node")
    eventually(lambda: answers(node.port))
    eventually(lambda: len(node.pids("manage.py worker")) >= 3)
    yield node
    end(node.process)


def test_a_stop_ends_every_process(node: Node) -> None:
    pids = descendants(node.process.pid)
    node.process.terminate()
    output, _ = node.process.communicate(timeout=TIMEOUT_S)
    assert node.process.returncode == 0, output
    assert f"http://127.0.0.1:{node.port}/" in output
    assert not [command_line(pid) for pid in pids if alive(pid)]
    assert not answers(node.port)


def test_every_process_ends_when_serve_is_killed(node: Node) -> None:
    pids = descendants(node.process.pid)
    node.process.kill()
    eventually(lambda: not any(alive(pid) for pid in pids))


def test_killed_programs_come_back_and_ctrl_c_ends_them(node: Node) -> None:
    for program in ("gunicorn", "manage.py worker"):
        first = node.pids(program)
        os.kill(first[0], signal.SIGKILL)
        eventually(lambda: len(set(node.pids(program)) - set(first)) >= 2)  # noqa: B023
        eventually(lambda: answers(node.port))
        assert not any(alive(pid) for pid in first)
    pids = descendants(node.process.pid)
    node.process.send_signal(signal.SIGINT)
    output, _ = node.process.communicate(timeout=TIMEOUT_S)
    assert node.process.returncode == 0, output
    assert not any(alive(pid) for pid in pids)


def test_a_taken_port_is_explained(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        serve = manage("serve", data_dir=tmp_path, port=port)
        output, _ = serve.communicate(timeout=TIMEOUT_S)
    assert serve.returncode == 1
    assert f"Another program already listens on 127.0.0.1:{port}." in output
    assert f"PORT={port + 1}" in output
    assert "Traceback" not in output
