"""Keeping an item's lease while its tool works, even through short database outages."""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from jobs.engine import lifecycle
from jobs.engine.sql import Claim
from plugins_app.host import Progress

T = TypeVar("T")
RETRY_PAUSE_S = 0.5


class LostClaim(Exception):
    """The item no longer belongs to this worker: it was canceled or given to another one."""


class StopRequested(Exception):
    """The worker was asked to stop and the grace time is over."""


class Heartbeat:
    """Renews the lease while the host works; raises when the work must end.

    A worker that could not renew for a whole lease (by the monotonic clock, which is never set
    back) stops by itself: by then, the item may have been given to another worker.

    Each beat also updates the work folder's time, because the sweep removes old folders.
    """

    def __init__(self, claim: Claim, must_stop: Callable[[], bool], workdir: Path) -> None:
        self._claim = claim
        self._workdir = workdir
        self._must_stop = must_stop
        self._renewed = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Renew the lease once. Raises LostClaim or StopRequested."""
        if self._must_stop():
            raise StopRequested
        with contextlib.suppress(OSError):
            os.utime(self._workdir)
        now = time.monotonic()
        try:
            if not lifecycle.beat(self._claim, progress.fraction, progress.note):
                raise LostClaim
        except (OperationalError, InterfaceError) as error:
            connection.close()
            if now - self._renewed > settings.LEASE_S:
                raise LostClaim from error
        else:
            self._renewed = now


@contextlib.contextmanager
def beating(claim: Claim) -> Iterator[None]:
    """Renew the lease from a thread, for work that can't call a heartbeat: copying large files."""
    done = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(claim, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _beat_until(claim: Claim, done: threading.Event) -> None:
    try:
        while not done.wait(settings.LEASE_S / 5):
            try:
                lifecycle.beat(claim, 1.0, "storing the result")
            except (DatabaseError, InterfaceError):
                connection.close()  # the next beat tries again
    finally:
        connection.close()  # each thread has its own


def with_patience(function: Callable[[], T], patience_s: float) -> T:
    """Call a function that writes to the database, and retry while the database is unreachable.

    The function must be safe to repeat. Raises the last error after ``patience_s`` seconds.
    """
    until = time.monotonic() + patience_s
    while True:
        try:
            return function()
        except (OperationalError, InterfaceError):
            if time.monotonic() >= until:
                raise
            connection.close()
            time.sleep(RETRY_PAUSE_S)
