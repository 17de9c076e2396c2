"""When the wall clock is set back, stored times lie too far in the future.

A dead node's lease would then not expire for hours, and an item waiting to be retried would wait
just as long. No correct time is further ahead than these bounds; any that is gets pulled back.
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from jobs.engine.lifecycle import BACKOFF_S
from jobs.models import ItemStatus, JobItem

SLACK = timedelta(seconds=60)
"""Clocks of different machines may differ by this much."""


def pull_back_future_times() -> int:
    """Pull back leases and retry times that are far ahead because the clock was set back.

    A live worker renews its lease within a second; a dead worker's expires after one lease.
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
