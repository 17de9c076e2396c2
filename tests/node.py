"""A real worker node on the test's own database and folders, to watch and to harm."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from jobs.models import Worker
from tests.server import PLAIN_SIGNALS

ROOT = Path(__file__).resolve().parents[1]


def database_url() -> str:
    """The test database as other processes reach it."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{config['NAME']}"
    return f"postgres://{config['USER']}@{config['HOST']}:{config['PORT']}/{config['NAME']}"


def wait_until(condition, seconds=120.0, what="it"):
    """Poll until the condition returns something true, and return that."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, f"{what} did not happen in {seconds:g} s"
        time.sleep(0.02)
    return found


class Node:
    """``manage.py worker`` in its own session; its output is kept in ``log``."""

    def __init__(self, workers: int = 2, **env: str) -> None:
        self.workers = workers
        self.log = Path(settings.DATA_DIR) / "worker.log"
        self.env = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "DATA_DIR": str(settings.DATA_DIR),
            "PLUGIN_DIRS": ",".join(map(str, settings.PLUGIN_DIRS)),
            "WORKERS": str(workers),
            "SQLITE_SYNCHRONOUS": "NORMAL",
            "FREE_DISK_FLOOR_MB": "0",
            "STOP_GRACE_S": "1",
            **env,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Node":
        """Start it and wait for its first heartbeat."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*PLAIN_SIGNALS, sys.executable, ROOT / "manage.py", "worker"],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self._ready, 180, "the start of the node")
        return self

    def _ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()[-2000:]
        ready = len(self.processes("fs-worker")) == self.workers and self.processes("fs-pusher")
        return bool(ready) and Worker.objects.filter(pid=self.process.pid).exists()

    def look_around(self) -> None:
        """Wait until the loop that hands out work, and sends heartbeats, has completed a round."""
        node = Worker.objects.get(pid=self.process.pid)
        for _ in range(2):  # the round of the first heartbeat may have begun earlier
            seen_at = node.seen_at
            wait_until(lambda: node.refresh_from_db() or node.seen_at > seen_at, what="a heartbeat")  # noqa: B023

    def processes(self, name: str = "") -> list[int]:
        """Process ids of the node's session, or only those with this role."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                text = stat.read_text()
            except OSError:
                continue
            comm, rest = text.partition("(")[2].rpartition(")")[::2]
            fields = rest.split()
            if int(fields[3]) == self.process.pid and fields[0] not in "ZX" and name in comm:
                found.append(int(stat.parent.name))
        return sorted(found)

    def kill(self, role: str, number: int = signal.SIGKILL) -> int:
        """Send a signal to the first process with this role; returns its pid."""
        pid = self.processes(role)[0]
        os.kill(pid, number)
        return pid

    def kill_all(self) -> None:
        """Kill everything at once, including the hosts, as a power cut does."""
        for pid in [*self.processes(), *self.hosts()]:
            with contextlib.suppress(ProcessLookupError):  # it died with its parent
                os.kill(pid, signal.SIGKILL)
        self.process.wait(60)

    def hosts(self) -> list[int]:
        """Plugin hosts that belong to this node's data folder."""
        found = []
        for environ in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                command = environ.read_bytes()
                folder = str((environ.parent / "cwd").readlink())
            except OSError:
                continue
            if b"plugins_app/host/child/launch.py" in command and str(settings.DATA_DIR) in folder:
                found.append(int(environ.parent.name))
        return found

    def stop(self, seconds: float = 60.0) -> int:
        """SIGTERM to the first process, as a service manager does; returns the exit code."""
        self.process.terminate()
        return self.process.wait(seconds)

    def end(self) -> None:
        """Kill whatever is left of it."""
        if self.process and self.process.poll() is None:
            self.kill_all()
