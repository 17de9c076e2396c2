"""What a worker process does with a ticket: take items, one after another, for a while."""

import atexit
import os
import time

from django.conf import settings

from jobs.engine import lifecycle, recovery, stopping
from jobs.engine.execution import execute, remove_work_folder
from jobs.engine.serving import serving
from jobs.engine.sql import Claim, Selection
from plugins_app.host import HostPool

TICKET_S = 0.8
"""How long one ticket keeps taking items; a started item is always finished."""

_pool: tuple[int, HostPool] | None = None


def hosts() -> HostPool:
    """The warm plugin hosts of this process."""
    global _pool  # one per process, made after the fork
    if _pool is None or _pool[0] != os.getpid():
        pool = HostPool(limit=settings.WARM_HOSTS, idle_s=settings.HOST_IDLE_S)
        atexit.register(pool.close)
        _pool = (os.getpid(), pool)
    return _pool[1]


def close_idle_hosts() -> None:
    """Free the memory of hosts that have been idle for a while."""
    if _pool and _pool[0] == os.getpid():
        _pool[1].close_idle()


def run() -> int:
    """Take and execute items until there are none, the ticket expires, or a stop is requested.

    Returns how many were executed.
    """
    worker = recovery.worker_name()
    now = serving()
    until = time.monotonic() + TICKET_S
    executed = 0

    def what_next() -> Selection | None:
        goes_on = time.monotonic() < until and not stopping.requested()
        return now.selection if goes_on else None

    def take() -> Claim | None:
        selection = what_next()
        return lifecycle.claim(selection, worker) if selection else None

    claim = take()
    while claim:
        plugin = now.plugins[claim.plugin_id]
        claim = execute(claim, plugin, hosts(), stopping.grace_is_over, what_next) or take()
        executed += 1
    if executed:
        remove_work_folder()
    return executed
