"""The doorbell: it wakes idle workers when there is something to do.

PostgreSQL: NOTIFY in the job's own transaction, so it is delivered on commit. SQLite: a
datagram to each socket in ``RUN_DIR`` after the commit. A missed ring delays work by at most
``MAX_WAIT_S``, because waiting workers then look again.
"""

import contextlib
import os
import select
import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

CHANNEL = "forgesyte_ready"
MAX_WAIT_S = 1.0


def ring() -> None:
    """Wake the workers when the current transaction commits."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")
    else:
        transaction.on_commit(ring_sockets, robust=True)


def ring_sockets() -> None:
    """Send a datagram to every listener in ``RUN_DIR``; never blocks."""
    with _address_folder() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell:
        bell.setblocking(False)
        for path in Path(settings.RUN_DIR).glob("bell-*"):
            try:
                bell.sendto(b"!", f"{folder}/{path.name}")
            except BlockingIOError:
                pass  # its buffer is full of rings already
            except OSError:
                path.unlink(missing_ok=True)  # its owner is gone


@contextlib.contextmanager
def _address_folder() -> Any:
    """A short name for ``RUN_DIR``: socket addresses hold 107 bytes, paths may be longer."""
    descriptor = os.open(settings.RUN_DIR, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


class SocketListener:
    """Hears rings on a datagram socket of its own (SQLite)."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        path = Path(settings.RUN_DIR) / f"bell-{os.getpid()}"
        path.unlink(missing_ok=True)
        with _address_folder() as folder:
            self._socket.bind(f"{folder}/{path.name}")

    def wait(self, timeout_s: float) -> bool:
        """Whether the bell rings within ``timeout_s``; returns when it does."""
        rang = bool(select.select([self._socket], [], [], max(timeout_s, 0))[0])
        if rang:
            with contextlib.suppress(BlockingIOError):
                while True:
                    self._socket.recv(1)
        return rang


class NotifyListener:
    """Hears NOTIFY on the connection of this process (PostgreSQL)."""

    def __init__(self) -> None:
        self._listening: Any = None

    def wait(self, timeout_s: float) -> bool:
        """Whether the bell rings within ``timeout_s``; returns when it does."""
        connection.ensure_connection()
        raw: Any = connection.connection
        if raw is not self._listening:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            self._listening = raw
            return True  # look once more: a ring before LISTEN was not heard
        return any(True for _ in raw.notifies(timeout=max(timeout_s, 0), stop_after=1))


def listener() -> SocketListener | NotifyListener:
    """A listener that fits the database; create it in the process that waits."""
    return NotifyListener() if connection.vendor == "postgresql" else SocketListener()
