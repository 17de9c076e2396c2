"""The server's own plugin, in child processes of this process that run within limits.

Files from outside are decoded, drawn and read only there, never in the web process.
"""

import atexit
import os
import shutil
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.conf import settings

from jobs.refusal import Refusal
from plugins_app.finding import registry
from plugins_app.host import Call, HostFailure, HostResult, PluginHost, Progress

Answers = Mapping[str, tuple[int, str]]
"""A failure's reason -> HTTP status and sentence; ``{why}`` stands for the failure's message."""
OTHERWISE = ""
"""The key in ``Answers`` for every reason without an entry."""


class MediaHost:
    """One host of the plugin ``media``, driven by one thread, so calls run one at a time.

    The thread also owns the child: a parent-death signal fires when the *thread* that created the
    child ends, and request threads are short-lived.
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
    """No one watches the progress of these calls."""


hosts: dict[str, MediaHost] = {}
"""One host per line, created on first use, so that a picture need not wait for a long video."""
_making = threading.Lock()


def host_for(line: str) -> MediaHost:
    """This process's host for one line: calls that may have to wait for each other."""
    with _making:  # of two hosts, one would lose its thread, and with it its child, during a call
        found = hosts.get(line)
        if found is None or found.pid != os.getpid():  # after a fork each process has its own
            found = hosts[line] = MediaHost(line)
        return found


def ask(
    line: str,
    tool: str,
    input_path: Path,
    params: dict[str, Any],
    workdir: Path,
    *,
    answers: Answers,
    kind: str = "",
) -> HostResult:
    """Run a tool of the server's own plugin on a file, within the limits of a probe.

    Raises Refusal with the status and sentence that ``answers`` has for the failure's reason.
    """
    call = Call(
        tool=tool,
        input_path=input_path,
        params=params,
        prompts={},
        workdir=workdir,
        timeout_s=settings.PROBE_TIMEOUT_S,
        memory_mb=settings.PROBE_MEMORY_MB,
        kind=kind,
    )
    try:
        return host_for(line).call(call)
    except HostFailure as failure:
        status, sentence = answers.get(failure.reason) or answers[OTHERWISE]
        raise Refusal(status, sentence.replace("{why}", failure.message)) from failure


class WorkFolder:
    """A private folder on the media disk that is removed when the block ends."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __enter__(self) -> Path:
        self.path = Path(tempfile.mkdtemp(prefix=f"{self._prefix}-", dir=settings.UPLOAD_DIR))
        return self.path

    def __exit__(self, *_error: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
