"""Every status change, as a conditional UPDATE. No other code writes a status.

The table of allowed changes is in docs/architecture.md. Lock order is item, then job.
"""

import contextlib
import functools
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from jobs.engine import doorbell, hooks, sql
from jobs.engine.sql import Claim, HeldItem, Selection
from jobs.models import Artifact, ItemStatus, Job, JobItem, JobStatus, Reason, Worker
from plugins_app.models import Plugin

OPEN = (ItemStatus.PENDING, ItemStatus.RUNNING)
BACKOFF_S = (2, 10, 60)
RELEASED_AT_ONCE = 1000
ENDS = (".", "!", "?", "…", "。", "！", "？")  # noqa: RUF001  # how sentences end, in any script
CLOSING = "\"')]”’»」"  # noqa: RUF001  # what may follow that


@dataclass(frozen=True)
class Outcome:
    """What a run commits: the stored result, its artifacts, the record of how it was made."""

    result: str
    result_size_bytes: int
    result_sha256: str
    run: dict[str, Any]
    log: str
    artifacts: list[Artifact]

    def columns(self) -> dict[str, Any]:
        """Column values for the item's row."""
        return {
            "result": self.result,
            "result_size_bytes": self.result_size_bytes,
            "result_sha256": self.result_sha256,
            "run": json.dumps(self.run),
            "log": self.log,
        }


def claim(selection: Selection, worker: str) -> Claim | None:
    """Take the next item for this worker (see ``recovery.worker_name``); None if there is none.

    pending -> running; the first claim of a job starts the job.
    """
    now = timezone.now()
    return sql.claim_next(_claim_request(selection, worker, now), now)


def beat(claim: HeldItem, progress: float | None = None, note: str = "") -> bool:
    """Renew the lease and write the progress. False if the worker no longer holds the item."""
    now = timezone.now()
    values: dict[str, Any] = {"lease_until": _lease(now), "progress_note": note[:200]}
    if progress is not None:
        values["progress"] = min(max(progress, 0.0), 1.0)
    return bool(_held(claim).update(**values))


def complete(claim: HeldItem, outcome: Outcome) -> bool:
    """running -> completed, with result, artifacts and run record in one transaction.

    False, with nothing written, if the token is no longer valid.
    """
    return _finish(claim, outcome, None, timezone.now())[0]


def complete_and_claim(
    claim: Claim, outcome: Outcome, selection: Selection
) -> tuple[bool, Claim | None]:
    """``complete``, and ``claim`` the next item in the same commit.

    If this fails, call ``complete`` alone until it succeeds. If the commit succeeded and only
    its response was lost, the next item is recovered when its lease expires.
    """
    now = timezone.now()
    return _finish(claim, outcome, _claim_request(selection, claim.worker, now), now)


def _finish(
    claim: HeldItem, outcome: Outcome, request: sql.ClaimRequest | None, now: datetime
) -> tuple[bool, Claim | None]:
    with transaction.atomic() if outcome.artifacts else contextlib.nullcontext():
        told = functools.partial(_job_ended, claim.job_id) if hooks.job_ended else None
        completed, following = sql.finish(claim, outcome.columns(), request, now, told)
        if completed and outcome.artifacts:
            Artifact.objects.bulk_create(outcome.artifacts)
    return completed, following


def is_committed(claim: HeldItem, outcome: Outcome) -> bool:
    """Whether the row has this outcome: a commit may succeed although its response was lost."""
    return JobItem.objects.filter(pk=claim.item_id, result=outcome.result).exists()


def fail(claim: HeldItem, reason: Reason, message: str, *, log: str = "", run: Any = None) -> bool:
    """running -> failed. False if the token is no longer valid."""
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
            _count_ended(claim.job_id, 1)
    return bool(failed)


def try_again(claim: HeldItem, reason: Reason, message: str, *, log: str = "") -> bool:
    """running -> pending after a pause, or -> failed if no attempts are left.

    False if the token is no longer valid.
    """
    if claim.attempt >= settings.MAX_ATTEMPTS:
        count = f"{claim.attempt} attempt{'s' if claim.attempt > 1 else ''}"
        text = f"{_ended(message)} Given up after {count}.".lstrip()
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


def _ended(message: str) -> str:
    """The message with a full stop, so that a sentence can follow; plugins often omit it."""
    words = message.rstrip()
    return f"{words}." if words and not words.rstrip(CLOSING).endswith(ENDS) else words


def hand_back(claim: HeldItem, *, pause_s: float = 0, why: str = "") -> bool:
    """running -> pending with the attempt refunded, because the item is not at fault.

    Either the worker stops, or the disk or storage failed; then the item waits ``pause_s`` seconds.
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
    """Cancel all items that have not ended, at once; workers notice at their next heartbeat.

    False if the job had already ended.
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


def skip(job: Job, skipped: Mapping[int, tuple[JobItem | None, str]]) -> None:
    """pending -> skipped for items of a job that is just being written, by their position.

    Each position maps to the item whose result is reused, if any, and the reason.
    """
    if not skipped:
        return
    items = {item.position: item for item in job.items.filter(position__in=list(skipped))}
    now = timezone.now()
    for position, (reused, why) in skipped.items():
        item = items[position]
        item.status = ItemStatus.SKIPPED
        item.reused = reused
        item.error_message = why
        item.finished_at = now
    columns = ["status", "reused", "error_message", "finished_at"]
    with transaction.atomic():
        JobItem.objects.bulk_update(items.values(), columns, batch_size=500)
        _count_ended(job.pk, len(items))
    job.refresh_from_db()


def recover_lost(lost_workers: Iterable[str] = ()) -> int:
    """Recover running items whose lease has expired or whose worker is known to be dead.

    Returns how many items were recovered.
    """
    now = timezone.now()
    gone = Q(lease_until__lt=now) | Q(worker__in=list(lost_workers))
    recovered = 0
    # The usual order would make SQLite read the whole table in that order, every second.
    for item in JobItem.objects.filter(gone, status=ItemStatus.RUNNING).order_by("lease_until"):
        held = HeldItem(item.pk, item.job_id, item.token, item.attempt)
        message = f"The worker {item.worker} was lost while running this."
        recovered += try_again(held, Reason.WORKER_LOST, message)
    return recovered


def release_due() -> int:
    """Make pending items ready once their waiting time is over. Returns how many."""
    due = JobItem.objects.filter(status=ItemStatus.PENDING, run_after__lte=timezone.now())
    with transaction.atomic():
        # Skip items that are being canceled right now: waiting for them could deadlock.
        free = due.select_for_update(skip_locked=connection.features.has_select_for_update)
        ids = list(free.order_by("run_after").values_list("pk", flat=True)[:RELEASED_AT_ONCE])
        return due.filter(pk__in=ids).update(run_after=None) if ids else 0


def expire_overdue() -> int:
    """pending -> failed for items whose job's deadline has passed. Returns how many."""
    now = timezone.now()
    expired = 0
    unended = (JobStatus.PENDING, JobStatus.RUNNING)
    for job in Job.objects.filter(deadline_at__lt=now, status__in=unended).order_by("deadline_at"):
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
    """pending -> failed for items whose plugin was removed and that no live worker has.

    Returns how many.
    """
    removed = set(Plugin.objects.filter(removed=True).values_list("id", flat=True))
    for worker in Worker.objects.alive():
        removed -= set(worker.plugins)
    waiting = JobItem.objects.filter(status=ItemStatus.PENDING, plugin_id__in=removed).order_by()
    job_ids = waiting.values_list("job_id", flat=True)
    failed = 0
    # In two halves, because each of them has an index.
    for job_id in {*job_ids.filter(run_after=None), *job_ids.filter(run_after__isnull=False)}:
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


def _held(claim: HeldItem) -> Any:
    """The item's row, if the claim is still valid."""
    return JobItem.objects.filter(pk=claim.item_id, token=claim.token, status=ItemStatus.RUNNING)


def _released(now: datetime | None = None) -> dict[str, Any]:
    """Columns that a final status clears, and the time it was reached."""
    return {
        "token": "",
        "lease_until": None,
        "run_after": None,
        "finished_at": now or timezone.now(),
    }


def _unclaimed() -> dict[str, Any]:
    return {"token": "", "worker": "", "lease_until": None, "progress": 0.0, "progress_note": ""}


def _claim_request(selection: Selection, worker: str, now: datetime) -> sql.ClaimRequest:
    return sql.ClaimRequest(selection, worker, secrets.token_hex(16), _lease(now))


def _lease(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.LEASE_S)


def _count_ended(job_id: UUID, items: int) -> None:
    """Count ended items, and end the job if all have. Call inside a transaction."""
    now = timezone.now()
    row = Job.objects.filter(pk=job_id)
    row.update(ended=F("ended") + items, updated_at=now)
    ended, total, canceled = row.values_list("ended", "total", "cancel_requested_at").get()
    if ended < total:
        return
    if row.exclude(status__in=Job.FINAL).update(
        status=JobStatus.CANCELED if canceled else _verdict(job_id), finished_at=now
    ):
        _job_ended(job_id)


def _job_ended(job_id: UUID) -> None:
    for listener in hooks.job_ended:
        listener(job_id)


def _verdict(job_id: UUID) -> JobStatus:
    """``failed`` if every item that was not skipped failed, else ``completed``."""
    ran = JobItem.objects.filter(job_id=job_id).exclude(status=ItemStatus.SKIPPED)
    succeeded = ran.exclude(status=ItemStatus.FAILED).exists()
    return JobStatus.COMPLETED if succeeded or not ran.exists() else JobStatus.FAILED
