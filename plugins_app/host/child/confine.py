"""Restricts the host process before it loads plugin code. Linux only."""

import contextlib
import faulthandler
import fcntl
import os
import signal
import socket
import sys
from pathlib import Path

from plugins_app.host import linux

HIGH_DESCRIPTORS = (900, 200, 64)
"""Out of reach of code that closes or reuses low numbers. The first that the limit allows is used.
"""


def confine(supervisor_pid: int) -> None:
    """Die with the supervisor, adopt orphans, and be killed first if memory runs out.

    Raises OSError if the kernel refuses; exits if the supervisor is already gone.
    """
    linux.die_with(supervisor_pid, signal.SIGKILL)
    linux.adopt_orphans()
    linux.gain_no_privileges()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    faulthandler.enable()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]


def move_high(descriptor: int) -> socket.socket:
    """Move the protocol's socket to a high close-on-exec descriptor."""
    for floor in HIGH_DESCRIPTORS:
        try:
            high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, floor)
        except OSError:
            continue
        os.close(descriptor)
        return socket.socket(fileno=high)
    os.set_inheritable(descriptor, False)
    return socket.socket(fileno=descriptor)


def flush_output() -> None:
    """Flush what Python and C code have buffered for stdout and stderr."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    linux.flush_c_output()
