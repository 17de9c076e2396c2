"""The server's own plugin in limited child processes of this process.

What decodes, draws or reads files that came from outside happens there, never in the web process.
"""

import atexit
import os
import shutil
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings

from plugins_app.finding import registry
from plugins_app.host import Call, HostResult, PluginHost, Progress


class MediaHost:
    """One host of the plugin ``media``, driven by one thread, so calls wait for each other.

    The thread also owns the child: a parent-death signal fires when the *thread* that made the
    child ends, and request threads come and go.
    """

    def __init__(self, line: str) -> None:
        self.pid = os.getpid()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"media-{line}")
        self._host = PluginHost(registry.get("media"))
        atexit.register(self._host.kill)

    def call(self, call: Call) -> HostResult:
        """Run one tool and wait for its result. Raises HostFailure."""
        return self._thread.submit(self._host.call, call, _ignore).result()


def _ignore(_progress: Progress) -> None:
    """Nobody watches the progress of these calls."""


_hosts: dict[str, MediaHost] = {}
"""One for each line, made at its first use: a picture does not wait for a long video."""
_making = threading.Lock()


def host_for(line: str) -> MediaHost:
    """This process's host for one line of calls that may wait for each other."""
    with _making:  # two would mean that one's child dies with its thread, in the middle of a call
        found = _hosts.get(line)
        if found is None or found.pid != os.getpid():  # after a fork each process has its own
            found = _hosts[line] = MediaHost(line)
        return found


class WorkFolder:
    """A private folder on the media disk that is gone when the block ends."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __enter__(self) -> Path:
        self.path = Path(tempfile.mkdtemp(prefix=f"{self._prefix}-", dir=settings.UPLOAD_DIR))
        return self.path

    def __exit__(self, *_error: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
