"""Real nodes for tests: `manage.py` in its own process, with its own data and port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from tests.server import PLAIN_SIGNALS

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data_dir: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "WORKERS": "1",
        "PYTHONUNBUFFERED": "1",
    }


def manage(*words: str, data_dir: Path, port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PLAIN_SIGNALS, sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment(data_dir, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def answers(port: int, path: str = "/healthz") -> bool:
    try:
        with build_opener(ProxyHandler({})).open(
            f"http://127.0.0.1:{port}{path}", timeout=5
        ) as got:
            return got.status == 200
    except (URLError, OSError):
        return False


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def descendants(pid: int) -> list[int]:
    """Process ids below this one, parents first."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(c) for task in tasks for c in (task / "children").read_text().split()]
    except FileNotFoundError:
        return []
    return [p for child in children for p in (child, *descendants(child))]


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except FileNotFoundError:
        return ""


def end(process: subprocess.Popen[str]) -> None:
    """Clean up after a test that failed half-way."""
    pids = [process.pid, *descendants(process.pid)]
    for pid in pids:
        if alive(pid):
            os.kill(pid, signal.SIGKILL)
    process.communicate()
