"""The child process as the supervisor holds it: socket, log pipe, pidfd, and its end."""

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

_swept: set[int] = set()


class ChildProcess:
    """One host process. Nothing here blocks, except ``end`` for at most a few seconds."""

    def __init__(self, wanted_variables: list[str], workdir: Path) -> None:
        """Start a host. Raises OSError."""
        if os.getpid() not in _swept:  # once per process: what dead workers have left
            _swept.add(os.getpid())
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
        """Whether the process has ended (it may not have been reaped)."""
        return self.wait_for_death(0)

    @property
    def oom_grew(self) -> bool:
        """Whether the kernel has killed anything for want of memory since the start."""
        return proctree.oom_kills() > self._oom_kills

    def wait_for_death(self, timeout_s: float) -> bool:
        """Wait until the process has ended; says whether it has."""
        poller = select.poll()
        poller.register(self.pidfd, select.POLLIN)
        return bool(poller.poll(timeout_s * 1000))

    def queue(self, framed: bytes) -> None:
        """Have a framed message sent by and by."""
        self._outbox += framed

    def pump(self) -> list[Message]:
        """Send and receive what is possible now. Raises ProtocolError.

        ``drained`` says afterwards whether nothing more was waiting to be read: the end of the
        stream alone would not do, for a process that the plugin forked may hold it open.
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
            self._outbox.clear()  # the child has closed its end; what it said before still counts
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
        """Sleep until something can be read or written, the process ends, or time is up."""
        poller = select.poll()
        poller.register(self.pidfd, select.POLLIN)
        if self.connected:
            wanted = select.POLLIN | (select.POLLOUT if self._outbox else 0)
            poller.register(self.socket, wanted)
        if self.log.open and not self.log.flooded:
            poller.register(self.log.descriptor, select.POLLIN)
        poller.poll(max(timeout_s, 0) * 1000)

    def end(self) -> int | None:
        """Kill the process and everything it started, reap it; its exit status as Popen has it.

        None when the kernel does not let it go within some seconds (a broken disk or driver).
        """
        proctree.kill_family(self.pid, self.marker)
        status: int | None = None
        if self.wait_for_death(DEATH_WAIT_S):
            status = self.process.wait()
        self.log.read()
        self.release()
        return status

    def release(self) -> None:
        """Close the descriptors of this side."""
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
        return "does not end, not even when killed"
    if status >= 0:
        return f"ended by itself with exit code {status}"
    name = signal.Signals(-status).name if -status in set(signal.Signals) else f"signal {-status}"
    if kernel_killed:
        return "was killed by the kernel because the machine ran out of memory"
    return f"crashed with {name} ({signal.strsignal(-status) or 'unknown signal'})"
