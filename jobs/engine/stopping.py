"""A stop request that all processes of a worker node see at once.

It is an eventfd that every fork inherits, readable once a stop is requested. Unlike
``multiprocessing.Event``, it holds no lock that a killed process would never release.
"""

import os
import select
import time

from django.conf import settings

_asked: int | None = None
_since: float | None = None


def prepare() -> None:
    """Create the eventfd. Call before the first fork."""
    global _asked, _since  # process-wide by nature
    _asked = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
    _since = None


def ask() -> None:
    """Ask every process of this node to stop. Safe in a signal handler."""
    if _asked is not None:
        os.eventfd_write(_asked, 1)


def requested() -> bool:
    """Whether a stop has been requested."""
    global _since  # remembers when this process first saw it
    if _asked is None or not select.select([_asked], [], [], 0)[0]:
        return False
    _since = _since or time.monotonic()
    return True


def grace_is_over() -> bool:
    """Whether ``STOP_GRACE_S`` has passed since the stop was requested."""
    return requested() and time.monotonic() - (_since or 0) >= settings.STOP_GRACE_S
