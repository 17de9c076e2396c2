"""Child processes that are kept running together: the web server and the worker of one node.

Each child is started in its own session, so that Ctrl-C in a terminal reaches only the parent,
which then stops them in order. Children get SIGTERM when the parent dies for any reason, and
processes that they leave behind are adopted and killed, so that none outlives a stop.
"""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from plugins_app.host import linux

log = logging.getLogger(__name__)

LONGEST_BACKOFF_S = 30.0
STEADY_AFTER_S = 60.0
"""A child that ran for longer than this before it died starts over with the shortest pause."""


@dataclass
class Child:
    """One program to keep running: its command line and its additional environment variables."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    restart_at: float | None = None

    @property
    def running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the program. Raises OSError if it can't be run."""
        parent = os.getpid()

        def prepare() -> None:
            # Runs between fork and exec. If the parent has died by now, no signal would come.
            linux.die_with(parent, signal.SIGTERM)
            signal.pthread_sigmask(signal.SIG_SETMASK, [])

        self.process = subprocess.Popen(
            list(self.command),
            env={**os.environ, **self.env},
            start_new_session=True,
            preexec_fn=prepare,  # safe: this process has one thread
        )
        self.started_at = time.monotonic()
        self.restart_at = None

    def signal(self, number: int) -> None:
        """Send a signal to the program itself, if it is still running."""
        if self.process is not None:
            self.process.send_signal(number)


class Family:
    """Children that are started, watched, restarted and stopped together."""

    def __init__(self, children: Sequence[Child], grace_s: float) -> None:
        self.children = list(children)
        self.grace_s = grace_s
        linux.adopt_orphans()

    def __enter__(self) -> Self:
        """Start all children. Call from the main thread: they get a signal when it ends."""
        for number in stop_signals() - {signal.SIGINT}:  # Python raises KeyboardInterrupt itself
            signal.signal(number, _leave)
        for child in self.children:
            child.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def dead(self) -> list[Child]:
        """Children that are not running although they should be."""
        return [child for child in self.children if not child.running]

    def watch(self) -> None:
        """Restart children that die, with growing pauses; returns on a stop signal."""
        signals = stop_signals() | {signal.SIGCHLD}
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        try:
            while True:
                self._restart_the_dead()
                self._reap_adopted()
                caught = signal.sigtimedwait(signals, 0.5)
                if caught is not None and caught.si_signo != signal.SIGCHLD:
                    return
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _restart_the_dead(self) -> None:
        now = time.monotonic()
        for child in self.dead():
            if child.restart_at is None:
                steady = now - child.started_at > STEADY_AFTER_S
                child.failures = 1 if steady else child.failures + 1
                pause_s = min(LONGEST_BACKOFF_S, 0.5 * 2 ** (child.failures - 1))
                child.restart_at = now + pause_s
                log.error(
                    "The %s ended unexpectedly (%s); restarting it in %.1f s.",
                    child.name,
                    describe_end(child.process),
                    pause_s,
                )
            if now >= child.restart_at:
                child.start()

    def _reap_adopted(self) -> None:
        ours = {child.process.pid for child in self.children if child.process is not None}
        for pid in set(linux.children(os.getpid())) - ours:
            os.waitpid(pid, os.WNOHANG)

    def stop(self) -> None:
        """Ask all children to stop, wait up to ``grace_s`` seconds, then kill all that is left."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, stop_signals())
        try:
            for child in self.children:
                child.signal(signal.SIGTERM)
            deadline = time.monotonic() + self.grace_s
            for child in self.children:
                if child.process is None:
                    continue
                try:
                    child.process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    log.warning("The %s did not stop in time; killing it.", child.name)
            end_descendants()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def stop_signals() -> set[signal.Signals]:
    """Signals that request a stop; without SIGHUP if it is ignored, as under ``nohup``."""
    wanted = {signal.SIGTERM, signal.SIGINT}
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        wanted.add(signal.SIGHUP)
    return wanted


def _leave(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def describe_end(process: subprocess.Popen[bytes] | None) -> str:
    """``exit code 3`` or ``SIGKILL``."""
    code = process.returncode if process is not None else None
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"exit code {code}"


def end_descendants() -> None:
    """Kill all descendants of this process. Orphans become its children, level by level."""
    while pids := linux.children(os.getpid()):
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        for pid in pids:
            os.waitpid(pid, 0)
