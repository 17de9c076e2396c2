"""A PostgreSQL server for the tests: ``python -m tests.postgres COMMAND ...``.

Runs the command with ``DATABASE_URL`` set to a fresh server on a free port, and removes the
server afterwards. PostgreSQL refuses to run as root, so root starts it as another user.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

OPTIONS = ["-c", "max_connections=100", "-c", "listen_addresses=127.0.0.1"]


def programs() -> Path:
    """Debian keeps the server's programs out of PATH, one folder per version."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: p.parent.name)
    if folders:
        return folders[-1]
    if found := shutil.which("postgres"):
        return Path(found).parent
    sys.exit("PostgreSQL is not installed. On Debian: apt-get install postgresql")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A cluster in its own folder; ``stop`` and ``start`` are for tests of outages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self._identity = {}
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            self._identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(folder, user.pw_uid, user.pw_gid)
        self._process: subprocess.Popen[bytes] | None = None
        command = ["initdb", "-D", folder / "db", "-U", "postgres", "-A", "trust", "-N"]
        self._run(command).wait()

    def _run(self, command: list) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(programs() / command[0]), *map(str, command[1:])],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._identity,
        )

    @property
    def pid(self) -> int:
        """The server's first process."""
        assert self._process, "it does not run"
        return self._process.pid

    def start(self) -> None:
        """Start and wait until it accepts connections."""
        command = ["postgres", "-D", self.folder / "db", "-p", self.port, "-k", self.folder]
        self._process = self._run([*command, *OPTIONS])
        ready = ["pg_isready", "-h", "127.0.0.1", "-p", self.port, "-q"]
        until = time.monotonic() + 120
        while self._run(ready).wait():
            if time.monotonic() > until or self._process.poll() is not None:
                raise RuntimeError("PostgreSQL did not start.")
            time.sleep(0.05)

    def stop(self, how: int = signal.SIGINT) -> None:
        """SIGINT: fast shutdown, closing connections. SIGQUIT: immediate, as in a crash."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(120)
            self._process = None


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A running server that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        running = Server(Path(folder))
        running.start()
        try:
            yield running
        finally:
            running.stop(signal.SIGQUIT)


if __name__ == "__main__":
    with server() as started:
        environment = {**os.environ, "DATABASE_URL": started.url}
        sys.exit(subprocess.run(sys.argv[1:], env=environment, check=False).returncode)
