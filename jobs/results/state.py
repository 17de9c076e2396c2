"""The progress of jobs: counts, progress, the running item, the first failure. Takes two queries
for any number of jobs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Min, Q, Sum

from jobs.models import ItemStatus, Job, JobItem


@dataclass
class JobState:
    """The state of one job, as derived from its items."""

    job: Job
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ItemStatus.values, 0))
    running_progress: float = 0.0
    current: JobItem | None = None
    """The first running item, with its medium."""
    failure: JobItem | None = None
    """The first item that failed, for jobs whose status is ``failed``."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def ended(self) -> int:
        """How many items have a final status."""
        return sum(self.counts[status] for status in JobItem.FINAL)

    @property
    def progress(self) -> float:
        """0..1, the mean over the items; an item that has ended counts as 1."""
        return round(min((self.ended + self.running_progress) / max(self.total, 1), 1.0), 4)

    @property
    def percent(self) -> int:
        """The progress in percent, rounded down."""
        return int(self.progress * 100)

    @property
    def failed(self) -> int:
        return self.counts[ItemStatus.FAILED]

    @property
    def occurring(self) -> list[tuple[str, str, int]]:
        """Statuses with at least one item, as (value, label, count)."""
        return [
            (value, label, self.counts[value])
            for value, label in ItemStatus.choices
            if self.counts[value]
        ]

    @property
    def note(self) -> str:
        """The running tool's progress note, or ``""``."""
        return self.current.progress_note if self.current else ""


def states_of(jobs: Iterable[Job]) -> dict[UUID, JobState]:
    """The state of each job, by job id."""
    states = {job.pk: JobState(job) for job in jobs}
    first = Q()
    for row in _by_status(states):
        state = states[row["job_id"]]
        status = row["status"]
        state.counts[status] = row["n"]
        if status == ItemStatus.RUNNING:
            state.running_progress = row["progress"]
        if status == ItemStatus.RUNNING or status == state.job.status == ItemStatus.FAILED:
            first |= Q(job_id=row["job_id"], position=row["first"])
    if first:
        for item in JobItem.objects.filter(first).select_related("media"):
            state = states[item.job_id]
            if item.status == ItemStatus.FAILED:
                state.failure = item
            else:
                state.current = item
    return states


def _by_status(ids: Iterable[UUID]) -> Iterable[dict]:
    return (
        JobItem.objects.filter(job_id__in=list(ids))
        .order_by()
        .values("job_id", "status")
        .annotate(n=Count("pk"), progress=Sum("progress"), first=Min("position"))
    )
