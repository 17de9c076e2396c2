"""The django-q2 broker that hands out tickets ("take the next item") for the JobItem table."""

import os
import socket
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.signing import SignedPackage

from jobs.engine import clock, doorbell, kernel_ipc, lifecycle, node, recovery, sql
from jobs.engine.serving import Serving, serving

PAUSE_S = 0.003
"""Pause after handing out tickets, so that workers can claim before the next look."""

BUSY_WAIT_S = 0.05
"""Pause while no worker is free to take the tickets already handed out."""

TICKET_FUNCTION = "jobs.engine.ticket.run"


class Throttled:
    """Calls a function at most once per ``period_s``, by the monotonic clock; else returns None."""

    def __init__(self, period_s: float, function: Callable[[], Any]) -> None:
        self._period_s = period_s
        self._function = function
        self._next = 0.0

    def __call__(self) -> Any:
        now = time.monotonic()
        if now < self._next:
            return None
        self._next = now + self._period_s
        return self._function()


class JobBroker(ORM):
    """Hands out tickets for jobs; its base class keeps the ordinary queue of schedules.

    Runs in django-q2's pusher process, one per worker node. Besides handing out tickets, it does
    the housekeeping that must happen as long as anything is alive: recovery, timers, heartbeat.
    """

    def __init__(self, list_key: str | None = None) -> None:
        super().__init__(list_key)
        self._bell: Any = None
        self._ordinary = Throttled(0.5, super().dequeue)
        self._heartbeat = Throttled(5.0, node.heartbeat)
        self._chores = Throttled(1.0, _housekeeping)
        self._look_around = Throttled(1.0, serving)
        self._serving = Serving(sql.Selection((), ()), {})
        self._gave_tickets = False
        self.handed_out: kernel_ipc.Queue | None = None  # the cluster's queue, set by its guard

    def dequeue(self) -> list[tuple[Any, str]] | None:
        """Ordinary tasks first, else as many tickets as there are workers, else a wait.

        At most one round of tickets is out at any time: this loop also sends the node's
        heartbeat, so it must never block on a full queue.
        """
        if self._gave_tickets:
            self._gave_tickets = False
            time.sleep(PAUSE_S)
            self._look_again()
            self._chores()
        self.get_connection()
        self._bell = self._bell or doorbell.listener()
        self._heartbeat()
        seen = sql.queue_state()
        if seen.ordinary and (tasks := self._ordinary()):
            return tasks
        if self.handed_out and not self.handed_out.empty():
            self._chores()
            self._bell.wait(BUSY_WAIT_S)
            return None
        if seen.ready and self._claimable():
            self._gave_tickets = True  # before the chores: a user is waiting for it
            return [(None, ticket())] * settings.WORKERS
        if seen.ready or seen.waiting or seen.running:
            self._chores()
        self._bell.wait(doorbell.MAX_WAIT_S)
        return None

    def _claimable(self) -> bool:
        """Whether a worker would find an item, by the latest look at what this node serves."""
        return sql.claimable_exists(self._serving.selection) or (
            self._look_again() and sql.claimable_exists(self._serving.selection)
        )

    def _look_again(self) -> bool:
        """Refresh what this node serves, at most once a second. Returns whether it did."""
        fresh = self._look_around()
        self._serving = fresh or self._serving
        return fresh is not None


def ticket() -> str:
    """A signed django-q2 task that tells a worker to take items; it carries no item itself."""
    name = f"ticket-{socket.gethostname()}-{os.getpid()}"
    return SignedPackage.dumps(
        {
            "id": name,
            "name": name,
            "func": TICKET_FUNCTION,
            "args": (),
            "kwargs": {},
            "started": timezone.now(),
            "save": False,
        }
    )


def _housekeeping() -> None:
    lifecycle.recover_lost(recovery.dead_workers())
    clock.pull_back_future_times()
    lifecycle.release_due()
    lifecycle.expire_overdue()
    lifecycle.fail_orphaned()
