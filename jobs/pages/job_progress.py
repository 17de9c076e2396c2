"""How far a job is: counts of its items, and one fraction for the bar."""

from dataclasses import dataclass

from django.db.models import Count, Sum

from jobs.models import ItemStatus, Job


@dataclass(frozen=True)
class JobProgress:
    """Counts by status; ``fraction`` 0..1 is the mean over the items."""

    total: int
    counts: dict[str, int]
    fraction: float

    @property
    def ended(self) -> int:
        """Items that will not change any more."""
        return sum(self.counts.get(status, 0) for status in ItemStatus.values[2:])

    @property
    def failed(self) -> int:
        """Items that failed."""
        return self.counts.get(ItemStatus.FAILED, 0)

    @property
    def known(self) -> bool:
        """Whether the bar has something to show; a tool need not report its progress."""
        return self.fraction > 0

    @property
    def percent(self) -> int:
        """The fraction in whole per cent."""
        return int(self.fraction * 100)

    @property
    def chips(self) -> list[tuple[str, str, int]]:
        """Statuses that occur, as (value, label, count)."""
        return [
            (value, label, self.counts[value])
            for value, label in ItemStatus.choices
            if self.counts.get(value)
        ]


def job_progress(jobs: list[Job]) -> dict[object, JobProgress]:
    """The progress of each job by its id, in one query."""
    rows = (
        Job.objects.filter(pk__in=[job.pk for job in jobs])
        .order_by()
        .values("pk", "items__status")
        .annotate(n=Count("items"), done=Sum("items__progress"))
    )
    counts: dict[object, dict[str, int]] = {job.pk: {} for job in jobs}
    running: dict[object, float] = {}
    for row in rows:
        status = row["items__status"]
        counts[row["pk"]][status] = row["n"]
        if status == ItemStatus.RUNNING:
            running[row["pk"]] = row["done"] or 0.0
    return {
        job.pk: JobProgress(
            job.total,
            counts[job.pk],
            min((job.ended + running.get(job.pk, 0.0)) / max(job.total, 1), 1.0),
        )
        for job in jobs
    }
