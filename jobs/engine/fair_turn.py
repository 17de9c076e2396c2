"""Fair order: start-time fair queuing over owners (Goyal, Vin, Cheng, SIGCOMM 1996).

A job's first item gets the turn ``max(virtual time, turn of the owner's latest job + 1)``, and
its other items get the numbers that follow. A single picture behind a batch of a thousand then
waits for two items, and a stream of single pictures can't starve the batch.
"""

from typing import Any

from django.db.models import Max

from jobs.models import Job, JobItem


def virtual_time() -> int:
    """The turn of the most recently claimed item; 0 before the first claim."""
    claimed = JobItem.objects.filter(started_at__isnull=False).order_by("-started_at")
    return claimed.values_list("turn", flat=True).first() or 0


def next_turn(owner: Any) -> int:
    """The turn for the first item of a new job of this owner."""
    latest = Job.objects.filter(owner=owner).aggregate(turn=Max("turn"))["turn"]
    now = virtual_time()
    return now if latest is None else max(now, latest + 1)
