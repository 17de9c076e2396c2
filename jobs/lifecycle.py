"""Every change of a status, as a conditional UPDATE. Nothing else writes one.

The table of allowed changes stands in docs/architecture.md. Lock order is item, then job.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from jobs.fail_points import fail_point
from jobs.models import Artifact, ItemStatus, Job, JobItem, JobStatus, Reason, Worker
from jobs.queue import doorbell, sql
from plugins_app.models import Plugin

OPEN = (ItemStatus.PENDING, ItemStatus.RUNNING)
BACKOFF_S = (2, 10, 60)


@dataclass(frozen=True)
class Claim:
    """The right to run one item: valid while ``token`` stands in its row."""

    item: JobItem
    job: Job
    token: str
    attempt: int


@dataclass(frozen=True)
class Outcome:
    """What a run committed: the stored result, its artifacts, the record of how it was made."""

    result: str
    result_size_bytes: int
    result_sha256: str
    run: dict[str, Any]
    log: str
    artifacts: list[Artifact]


def claim(selection: sql.Selection, worker: str) -> Claim | None:
    """Take the next item for this worker (``host:pid``), or None when there is none.

    pending -> running; the first claim of a job starts the job.
    """
    token = secrets.token_hex(16)
    now = timezone.now()
    with transaction.atomic():
        row = sql.claim_next(
            selection, token=token, worker=worker, now=now, lease_until=_lease(now)
        )
        if row is None:
            return None
        fail_point("in_claim")
        Job.objects.filter(pk=row.job_id, status=JobStatus.PENDING).update(
            status=JobStatus.RUNNING, started_at=now, updated_at=now
        )
    item = JobItem.objects.select_related("job", "media__blob").get(pk=row.item_id)
    return Claim(item, item.job, token, row.attempt)


def beat(claim: Claim, progress: float | None = None, note: str = "") -> bool:
    """Renew the lease and write the progress. False: the item is not ours any more."""
    now = timezone.now()
    values: dict[str, Any] = {"lease_until": _lease(now), "progress_note": note[:200]}
    if progress is not None:
        values["progress"] = min(max(progress, 0.0), 1.0)
    return bool(_held(claim).update(**values))


def complete(claim: Claim, outcome: Outcome) -> bool:
    """running -> completed, with result, artifacts and run record in one transaction.

    False, and nothing written, when the token does not stand any more.
    """
    with transaction.atomic():
        done = _held(claim).update(
            status=ItemStatus.COMPLETED,
            progress=1.0,
            result=outcome.result,
            result_size_bytes=outcome.result_size_bytes,
            result_sha256=outcome.result_sha256,
            run=outcome.run,
            log=outcome.log,
            error_type="",
            error_message="",
            **_released(),
        )
        if not done:
            return False
        Artifact.objects.bulk_create(outcome.artifacts)
        _count_ended(claim.job.pk, 1)
        fail_point("in_commit")
    return True


def is_committed(claim: Claim, outcome: Outcome) -> bool:
    """Whether this very outcome stands in the row: a commit may succeed and its answer get lost."""
    return JobItem.objects.filter(pk=claim.item.pk, result=outcome.result).exists()


def fail(claim: Claim, reason: Reason, message: str, *, log: str = "", run: Any = None) -> bool:
    """running -> failed. False when the token does not stand any more."""
    with transaction.atomic():
        failed = _held(claim).update(
            status=ItemStatus.FAILED,
            error_type=reason,
            error_message=message,
            log=log,
            run=run or {},
            **_released(),
        )
        if failed:
            _count_ended(claim.job.pk, 1)
    return bool(failed)


def try_again(claim: Claim, reason: Reason, message: str, *, log: str = "") -> bool:
    """running -> pending after a pause, or -> failed when the attempts are used up."""
    if claim.attempt >= settings.MAX_ATTEMPTS:
        text = f"{message} Given up after {claim.attempt} attempts."
        return fail(claim, reason, text, log=log)
    pause_s = BACKOFF_S[min(claim.attempt, len(BACKOFF_S)) - 1]
    return bool(
        _held(claim).update(
            status=ItemStatus.PENDING,
            run_after=timezone.now() + timedelta(seconds=pause_s),
            error_type=reason,
            error_message=message,
            log=log,
            **_unclaimed(),
        )
    )


def hand_back(claim: Claim, *, pause_s: float = 0, why: str = "") -> bool:
    """running -> pending with the attempt refunded: it is not the item's fault.

    The worker stops, or the disk or the storage failed; then the item waits for ``pause_s``.
    """
    with transaction.atomic():
        handed = _held(claim).update(
            status=ItemStatus.PENDING,
            attempt=F("attempt") - 1,
            run_after=timezone.now() + timedelta(seconds=pause_s) if pause_s else None,
            error_message=why,
            **_unclaimed(),
        )
        doorbell.ring()
    return bool(handed)


def cancel(job: Job) -> bool:
    """Cancel what has not ended, at once; workers see it at their next beat.

    False when the job had ended before.
    """
    now = timezone.now()
    with transaction.atomic():
        canceled = JobItem.objects.filter(job=job, status__in=OPEN).update(
            status=ItemStatus.CANCELED, **_released(now)
        )
        if canceled:
            Job.objects.filter(pk=job.pk).update(cancel_requested_at=now)
            _count_ended(job.pk, canceled)
    return bool(canceled)


def recover_lost(lost_workers: Iterable[str] = ()) -> int:
    """Take back running items whose lease is over, or whose worker is known to be dead.

    Returns how many items were taken back.
    """
    now = timezone.now()
    gone = Q(lease_until__lt=now) | Q(worker__in=list(lost_workers))
    recovered = 0
    for item in JobItem.objects.filter(gone, status=ItemStatus.RUNNING).select_related("job"):
        held = Claim(item, item.job, item.token, item.attempt)
        message = f"The worker {item.worker} was lost while it ran this."
        recovered += try_again(held, Reason.WORKER_LOST, message)
    return recovered


def release_due() -> int:
    """Make pending items whose waiting time is over ready. Returns how many."""
    waiting = JobItem.objects.filter(status=ItemStatus.PENDING, run_after__lte=timezone.now())
    return waiting.update(run_after=None)


def expire_overdue() -> int:
    """pending -> failed for items whose job's deadline has passed. Returns how many."""
    now = timezone.now()
    expired = 0
    for job in Job.objects.filter(deadline_at__lt=now).exclude(status__in=Job.FINAL):
        with transaction.atomic():
            ended = JobItem.objects.filter(job=job, status=ItemStatus.PENDING).update(
                status=ItemStatus.FAILED,
                error_type=Reason.EXPIRED,
                error_message="The job's deadline passed before this could start.",
                **_released(now),
            )
            if ended:
                _count_ended(job.pk, ended)
        expired += ended
    return expired


def fail_orphaned() -> int:
    """pending -> failed for items whose plugin was removed and that no living worker has."""
    removed = set(Plugin.objects.filter(removed=True).values_list("id", flat=True))
    for worker in Worker.objects.alive():
        removed -= set(worker.plugins)
    waiting = JobItem.objects.filter(status=ItemStatus.PENDING, plugin_id__in=removed)
    failed = 0
    for job_id in set(waiting.values_list("job_id", flat=True)):
        with transaction.atomic():
            ended = waiting.filter(job_id=job_id).update(
                status=ItemStatus.FAILED,
                error_type=Reason.PLUGIN_UNAVAILABLE,
                error_message="The plugin was removed before this could start.",
                **_released(),
            )
            if ended:
                _count_ended(job_id, ended)
        failed += ended
    return failed


def _held(claim: Claim) -> Any:
    """The item's row, if the claim still stands."""
    return JobItem.objects.filter(pk=claim.item.pk, token=claim.token, status=ItemStatus.RUNNING)


def _released(now: datetime | None = None) -> dict[str, Any]:
    """What a final status takes away from the row."""
    return {
        "token": "",
        "lease_until": None,
        "run_after": None,
        "finished_at": now or timezone.now(),
    }


def _unclaimed() -> dict[str, Any]:
    return {"token": "", "worker": "", "lease_until": None, "progress": 0.0, "progress_note": ""}


def _lease(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.LEASE_S)


def _count_ended(job_id: UUID, items: int) -> None:
    """Count ended items; whoever reaches the total ends the job. Inside a transaction."""
    now = timezone.now()
    row = Job.objects.filter(pk=job_id)
    row.update(ended=F("ended") + items, updated_at=now)
    ended, total, canceled = row.values_list("ended", "total", "cancel_requested_at").get()
    if ended < total:
        return
    row.exclude(status__in=Job.FINAL).update(
        status=JobStatus.CANCELED if canceled else _verdict(job_id), finished_at=now
    )


def _verdict(job_id: UUID) -> JobStatus:
    """``failed`` when every item that was not skipped failed, else ``completed``."""
    ran = JobItem.objects.filter(job_id=job_id).exclude(status=ItemStatus.SKIPPED)
    succeeded = ran.exclude(status=ItemStatus.FAILED).exists()
    return JobStatus.COMPLETED if succeeded or not ran.exists() else JobStatus.FAILED
