"""When the wall clock is set back, times in the rows lie too far in the future.

A dead node's lease would then never be over, and an item that waits for another try would wait
for hours. Nothing honest lies further ahead than these bounds, so what does is drawn near.
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from jobs.engine.lifecycle import BACKOFF_S
from jobs.models import ItemStatus, JobItem

SLACK = timedelta(seconds=60)
"""Clocks of several machines may differ by so much."""


def mend() -> int:
    """Draw leases and waiting times near that a clock set back has left far ahead.

    A living worker renews its lease within a second; a dead one's is over after a lease.
    Returns how many rows were changed.
    """
    now = timezone.now()
    lease = timedelta(seconds=settings.LEASE_S)
    leases = JobItem.objects.filter(
        status=ItemStatus.RUNNING, lease_until__gt=now + lease + SLACK
    ).update(lease_until=now + lease)
    pause = timedelta(seconds=max(*BACKOFF_S, settings.STORAGE_PAUSE_S))
    timers = JobItem.objects.filter(
        status=ItemStatus.PENDING, run_after__gt=now + pause + SLACK
    ).update(run_after=now)
    return leases + timers
