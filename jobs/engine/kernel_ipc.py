"""Queue, event and value for processes that may be killed at any moment.

Those in multiprocessing keep semaphores in shared memory: a killed process never releases the one
it holds, and all others wait forever. These keep all their state in the kernel, which knows when
a process dies:

- a message is one packet on a SOCK_SEQPACKET socket: exactly one reader gets it, whole, without a
  lock (unix(7));
- an event is an eventfd: readable once it is set (eventfd(2));
- a value is an aligned machine word, written and read in one piece.
"""

import os
import pickle
import select
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from multiprocessing.sharedctypes import RawValue
from typing import Any

SEND_BUFFER = 8 * 1024
"""Bytes in flight before ``put`` blocks: about six tickets, so that few are ever stale."""

MAX_MESSAGE = 256 * 1024

idle_hooks: list[Callable[[], None]] = []
"""Called every ``IDLE_HOOK_S`` seconds in a process that waits for a message."""

IDLE_HOOK_S = 5.0


class Queue:
    """The part of a multiprocessing queue that django-q2 uses, over one socket pair."""

    def __init__(self, maxsize: int = 0) -> None:
        self._reader, self._writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        buffer = SEND_BUFFER if maxsize else MAX_MESSAGE
        self._writer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)

    def put(self, item: Any) -> None:
        """Send a message; blocks while the buffer is full."""
        self._writer.send(pickle.dumps(item, protocol=pickle.HIGHEST_PROTOCOL))

    def get(self) -> Any:
        """Wait for a message that no other reader has taken."""
        while True:
            if select.select([self._reader], [], [], IDLE_HOOK_S)[0]:
                try:
                    data = self._reader.recv(MAX_MESSAGE, socket.MSG_DONTWAIT)
                except BlockingIOError:
                    continue  # another reader was faster
                return pickle.loads(data)  # noqa: S301  # our own processes only
            for hook in idle_hooks:
                hook()

    def empty(self) -> bool:
        """Whether no message is waiting."""
        return not select.select([self._reader], [], [], 0)[0]

    def qsize(self) -> int:
        """1 if a message is waiting, else 0: the kernel does not count packets."""
        return int(not self.empty())

    def close(self) -> None:
        """Does nothing: other processes still read what is in the buffer."""

    def join_thread(self) -> None:
        """Does nothing: there is no feeder thread, ``put`` returns after sending."""


class Event:
    """The part of a multiprocessing event that django-q2 uses, over an eventfd."""

    def __init__(self) -> None:
        self._descriptor = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)

    def set(self) -> None:
        """Set the event for all processes. Safe in a signal handler."""
        os.eventfd_write(self._descriptor, 1)

    def is_set(self) -> bool:
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the event is set or ``timeout`` seconds have passed. Returns whether it is."""
        return bool(select.select([self._descriptor], [], [], timeout)[0])

    def __del__(self) -> None:
        os.close(self._descriptor)


class Value:
    """The part of a multiprocessing value that django-q2 uses, without its lock."""

    def __init__(self, typecode: str, value: float) -> None:
        self._raw = RawValue(typecode, value)

    @property
    def value(self) -> float:
        return self._raw.value

    @value.setter
    def value(self, value: float) -> None:
        self._raw.value = value

    def get_lock(self) -> AbstractContextManager[None]:
        """A lock that does nothing: a single machine word needs none."""
        return nullcontext()
