"""The parent keeps its children running, and none of them outlives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server import PLAIN_SIGNALS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PARENT = """
import sys
from forgesyte.processes import Child, Family
with Family([Child("sleeper", [sys.executable, "-c", sys.argv[1]])], grace_s=1) as family:
    family.watch()
print("stopped in order")
"""
SLEEPER = """
import os, pathlib, time
pathlib.Path("pids").open("a").write(f"{os.getpid()}\\n")
time.sleep(600)
"""
STUBBORN = """
import os, pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
orphan = subprocess.Popen(["sleep", "600"], start_new_session=True)
pathlib.Path("pids").open("a").write(f"{os.getpid()}\\n{orphan.pid}\\n")
time.sleep(600)
"""

Start = Callable[..., subprocess.Popen[str]]


def eventually(condition: Callable[[], object], timeout_s: float = 120) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(child: str, *prefix: str) -> subprocess.Popen[str]:
        parent = subprocess.Popen(
            [*PLAIN_SIGNALS, *prefix, sys.executable, "-c", PARENT, child],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(parent)
        return parent

    yield start
    for pid in [*(parent.pid for parent in started), *pids(tmp_path)]:
        if alive(pid):
            os.kill(pid, signal.SIGKILL)
    for parent in started:
        parent.communicate()


def pids(folder: Path) -> list[int]:
    file = folder / "pids"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_ends_the_children_in_order(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    parent = start(SLEEPER)
    eventually(lambda: pids(tmp_path))
    parent.send_signal(number)
    output, _ = parent.communicate(timeout=120)
    assert parent.returncode == 0
    assert "stopped in order" in output
    assert not any(alive(pid) for pid in pids(tmp_path))


def test_a_stop_ends_children_that_refuse_and_what_they_left_behind(
    start: Start, tmp_path: Path
) -> None:
    parent = start(STUBBORN)
    eventually(lambda: len(pids(tmp_path)) == 2)
    parent.terminate()
    _, errors = parent.communicate(timeout=120)
    assert "did not stop in time" in errors
    assert not any(alive(pid) for pid in pids(tmp_path))


def test_children_end_when_the_parent_is_killed(start: Start, tmp_path: Path) -> None:
    parent = start(SLEEPER)
    eventually(lambda: pids(tmp_path))
    parent.kill()
    eventually(lambda: not any(alive(pid) for pid in pids(tmp_path)))


def test_a_child_that_dies_is_started_again(start: Start, tmp_path: Path) -> None:
    parent = start(SLEEPER)
    eventually(lambda: pids(tmp_path))
    os.kill(pids(tmp_path)[0], signal.SIGKILL)
    eventually(lambda: len(pids(tmp_path)) == 2)
    parent.terminate()
    _, errors = parent.communicate(timeout=120)
    assert "The sleeper ended unexpectedly (SIGKILL)" in errors


def test_nohup_keeps_it_running_when_the_terminal_closes(start: Start, tmp_path: Path) -> None:
    parent = start(SLEEPER, "nohup")
    eventually(lambda: pids(tmp_path))
    parent.send_signal(signal.SIGHUP)
    os.kill(pids(tmp_path)[0], signal.SIGKILL)  # it still looks after its child
    eventually(lambda: len(pids(tmp_path)) == 2)
    assert parent.poll() is None
