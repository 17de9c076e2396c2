"""The wish to stop, known to all processes of a worker node at once.

An eventfd that every fork inherits: readable once someone asked. Unlike an Event of
multiprocessing it holds no lock that a killed process could take to its grave.
"""

import os
import select
import time

from django.conf import settings

_asked: int | None = None
_since: float | None = None


def prepare() -> None:
    """Make the eventfd, before the first fork."""
    global _asked, _since  # process-wide by nature
    _asked = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
    _since = None


def ask() -> None:
    """Ask every process of this node to stop. Safe in a signal handler."""
    if _asked is not None:
        os.eventfd_write(_asked, 1)


def requested() -> bool:
    """Whether a stop was asked for."""
    global _since  # remembers when this process first saw it
    if _asked is None or not select.select([_asked], [], [], 0)[0]:
        return False
    _since = _since or time.monotonic()
    return True


def grace_is_over() -> bool:
    """Whether a running item has had its grace time since the stop was asked for."""
    return requested() and time.monotonic() - (_since or 0) >= settings.STOP_GRACE_S
