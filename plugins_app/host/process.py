"""The supervisor's handle on the child process: socket, log pipe, pidfd, and how to end it."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

from plugins_app.host import proctree
from plugins_app.host.environment import host_environment
from plugins_app.host.log import LogPipe
from plugins_app.host.protocol import Framer, Message

LAUNCHER = Path(__file__).with_name("child") / "launch.py"
DEATH_WAIT_S = 5.0

swept: set[int] = set()


class ChildProcess:
    """One host process. Nothing here blocks, except ``end``, for a few seconds at most."""

    def __init__(self, wanted_variables: list[str], workdir: Path) -> None:
        """Start a host. Raises OSError."""
        if os.getpid() not in swept:  # once per process: clean up after dead workers
            swept.add(os.getpid())
            proctree.sweep_orphans()
        self.marker = proctree.new_marker()
        self._oom_kills = proctree.oom_kills()
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        started: subprocess.Popen[bytes] | None = None
        try:
            self.process = started = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-X", "utf8", str(LAUNCHER)),
                    *(str(theirs.fileno()), str(os.getpid())),
                ],
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                pass_fds=[theirs.fileno()],
                env=host_environment(wanted_variables, workdir, self.marker),
                cwd=workdir,
                start_new_session=True,
            )
            self.pidfd = os.pidfd_open(started.pid)
        except BaseException:
            if started is not None:
                started.kill()
                started.wait()
            ours.close()
            os.close(reading)
            raise
        finally:
            theirs.close()
            os.close(writing)
        ours.setblocking(False)
        self.pid = self.process.pid
        self.socket = ours
        self.connected, self.drained = True, False
        self.log = LogPipe(reading)
        self.loaded = False
        self._framer = Framer()
        self._outbox = bytearray()

    @property
    def dead(self) -> bool:
        """Whether the process has ended (it may not have been reaped yet)."""
        return self.wait_for_death(0)

    @property
    def oom_grew(self) -> bool:
        """Whether the kernel has killed any process for lack of memory since the start."""
        return proctree.oom_kills() > self._oom_kills

    def wait_for_death(self, timeout_s: float) -> bool:
        """Wait for the process to end, and return whether it has."""
        poller = select.poll()
        poller.register(self.pidfd, select.POLLIN)
        return bool(poller.poll(timeout_s * 1000))

    def queue(self, framed: bytes) -> None:
        """Queue a framed message, to be sent by ``pump``."""
        self._outbox += framed

    def pump(self) -> list[Message]:
        """Send and receive what is possible without blocking. Raises ProtocolError.

        Afterwards ``drained`` says whether everything waiting has been read. Waiting for the end of
        the stream would not work, because a process forked by the plugin may keep it open.
        """
        self.drained = not self.connected
        if not self.connected:
            return []
        try:
            while self._outbox:
                sent = self.socket.send(self._outbox)
                del self._outbox[:sent]
        except BlockingIOError:
            pass
        except OSError:
            self._outbox.clear()  # the child has closed its end; what it sent before still counts
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            self.drained = True
            return []
        except OSError:
            data = b""
        if not data:
            self.drained, self.connected = True, False
        return list(self._framer.feed(data))

    def wait_for_event(self, timeout_s: float) -> None:
        """Sleep until something can be read or written, the process ends, or the time is up."""
        poller = select.poll()
        poller.register(self.pidfd, select.POLLIN)
        if self.connected:
            wanted = select.POLLIN | (select.POLLOUT if self._outbox else 0)
            poller.register(self.socket, wanted)
        if self.log.open and not self.log.flooded:
            poller.register(self.log.descriptor, select.POLLIN)
        poller.poll(max(timeout_s, 0) * 1000)

    def end(self) -> int | None:
        """Kill and reap the process and all it started. Returns its exit status, as in Popen.

        Returns None if the process doesn't end within a few seconds (a broken disk or driver).
        """
        proctree.kill_family(self.pid, self.marker)
        status: int | None = None
        if self.wait_for_death(DEATH_WAIT_S):
            status = self.process.wait()
        self.log.read()
        self.release()
        return status

    def release(self) -> None:
        """Close this side's descriptors, without ending the process."""
        self.socket.close()
        self.connected = False
        self.log.close()
        if self.pidfd >= 0:
            with contextlib.suppress(OSError):
                os.close(self.pidfd)
            self.pidfd = -1


def last_words(status: int | None, kernel_killed: bool) -> str:
    """How a process ended, as the predicate of a sentence."""
    if status is None:
        return "does not end, even when killed"
    if status >= 0:
        return f"exited with exit code {status}"
    name = signal.Signals(-status).name if -status in set(signal.Signals) else f"signal {-status}"
    if kernel_killed:
        return "was killed by the kernel because the machine ran out of memory"
    return f"crashed with {name} ({signal.strsignal(-status) or 'unknown signal'})"
