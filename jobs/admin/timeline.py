"""When a job or an item was created, started and finished, and how long it waited and ran."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from jobs.admin.display import NOTHING, duration
from jobs.models import Job, JobItem


@dataclass(frozen=True)
class Moment:
    """A row of the timeline; ``after`` says how long it took to get there."""

    name: str
    at: datetime | None
    after: str


def timeline(row: Job | JobItem) -> list[Moment]:
    """Created, started after waiting, finished after running."""
    return [
        Moment("Created", row.created_at, ""),
        Moment("Started", row.started_at, f"waited {waiting_time(row)}"),
        Moment("Finished", row.finished_at, f"ran {run_time(row)}" if row.started_at else ""),
    ]


def waiting_time(row: Job | JobItem) -> str:
    """Time from creation to the (last) start; to the end or until now if it never started."""
    end = row.started_at or row.finished_at or timezone.now()
    return duration(end - row.created_at)


def run_time(row: Job | JobItem) -> str:
    """Time from start to end, or until now; a dash if it never started."""
    if row.started_at is None:
        return NOTHING
    if row.finished_at is None and row.status == "pending":  # handed back, not running now
        return NOTHING
    return duration((row.finished_at or timezone.now()) - row.started_at)
