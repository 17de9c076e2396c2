"""A real server for tests: gunicorn and a worker node as processes, with their own data folder.

Use the session fixture ``live_server_processes``, or ``Server`` itself where a test stops and
starts parts.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = secrets.token_urlsafe(12)
PLAIN_SIGNALS = ["env", "--default-signal"]
"""Runs a program as a terminal would, however tests are run: ``nohup`` and ``&`` ignore some."""
DIES_WITH_THE_TESTS = ["setpriv", "--pdeathsig", "KILL"]
START_S = 180
STOP_S = 60

MAKE_USERS = """
import os
from django.contrib.auth import get_user_model
from jobs.models import ApiKey
users = get_user_model().objects
password = os.environ["TEST_PASSWORD"]
ada = users.create_user("ada", password=password)
users.create_user("ben", password=password)
users.create_superuser("root", password=password)
print(ApiKey.objects.issue(ada, "tests")[0])
"""


def free_port() -> int:
    """A free port on the loopback address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One server on one machine, from the checkout ``root``.

    Users: ``ada`` and ``ben``, and ``root`` who is staff.
    """

    def __init__(self, folder: Path, root: Path = ROOT, **environment: str) -> None:
        self.folder = folder
        self.root = root
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.password = PASSWORD
        self.api_key = ""
        self.environment = {
            **os.environ,
            "DATA_DIR": str(folder),
            "PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{folder / 'forgesyte.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "forgesyte.settings",
            "PLUGIN_DIRS": str(ROOT / "tests" / "plugins_for_tests"),
            "WORKERS": "1",
            "TEST_PASSWORD": PASSWORD,
            **environment,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def prepare(self) -> None:
        """Create the database and the users."""
        self.manage("migrate", "--verbosity", "0")
        self.api_key = self.manage("shell", "-v", "0", "-c", MAKE_USERS).split()[-1]

    def manage(self, *words: str) -> str:
        """Run a management command in the server's environment. Returns its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=self.root, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        """Start both parts and wait until the web server responds."""
        self.start_web()
        self.start_worker()

    def start_web(self) -> None:
        """Start gunicorn and wait for ``/healthz``."""
        options = f"--bind 127.0.0.1:{self.port} --worker-class gthread --threads 8 --timeout 60"
        self._start(
            "web", "-m", "gunicorn", *options.split(), "--no-control-socket", "forgesyte.wsgi"
        )
        self._wait(lambda: self.get("/healthz"), "the web server")

    def start_worker(self) -> None:
        """Start a worker node."""
        self._start("worker", "manage.py", "worker")

    def get(self, path: str) -> bool:
        """Whether a GET returns 200."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, *names: str) -> None:
        """Ask these parts (or all) to stop, and kill those that don't."""
        stopping = [self.processes.pop(name) for name in names or list(self.processes)]
        for process in stopping:
            process.terminate()
        for process in stopping:
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def kill(self, name: str) -> None:
        """Send SIGKILL to a part and everything it started, as in a crash."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def log(self, name: str) -> str:
        """The output of a part."""
        return (self.folder / f"{name}.log").read_text()

    def _start(self, name: str, *words: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*PLAIN_SIGNALS, *DIES_WITH_THE_TESTS, sys.executable, *words],
                cwd=self.root, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _wait(self, ready, what: str) -> None:
        end = time.monotonic() + START_S
        while not ready():
            dead = [name for name, process in self.processes.items() if process.poll() is not None]
            if dead or time.monotonic() > end:
                logs = "\n".join(self.log(name) for name in self.processes)
                raise AssertionError(f"{what} did not start:\n{logs}")
            time.sleep(0.1)


@pytest.fixture(scope="session")
def live_server_processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server with a worker, shared by the whole test run."""
    server = Server(tmp_path_factory.mktemp("server"))
    server.prepare()
    try:
        server.start()
        yield server
    finally:
        server.stop()
