"""Writing a job and its items, in one transaction."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.engine import doorbell, fair_turn, lifecycle
from jobs.fail_points import fail_point
from jobs.models import Job, JobItem, Media
from jobs.refusal import Refusal
from jobs.results.changes import Decision, decide
from jobs.submission.planning import Plan
from plugins_app.manifests.manifest import Tool

CHUNK = 500


def submit(owner: Any, plan: Plan, media: Sequence[Media]) -> Job:
    """Write the job with one item per medium and tool, and wake the workers.

    With ``only_changed``, items whose newest result is still valid are skipped and refer to it.
    Media that lack the prompt their tool needs are skipped too. Raises Refusal if there are no
    items or too many.
    """
    work = [(medium, tool) for medium in media for tool in plan.tools]
    if not plan.only_changed and not any(tool.prompts for tool in plan.tools):
        return write(owner, plan, work)
    decisions = decide(
        plan.manifest.id, plan.tools, plan.tool_params, media, only_changed=plan.only_changed
    )
    skipped = {
        position: decision for position, decision in enumerate(decisions) if not decision.run
    }
    return write(owner, plan, work, skipped=skipped)


def write(
    owner: Any,
    plan: Plan,
    work: Sequence[tuple[Media, Tool]],
    *,
    retry_of: Job | None = None,
    skipped: dict[int, Decision] | None = None,
) -> Job:
    """Write a job with exactly these items, in this order; ``skipped`` by position.

    Raises Refusal.
    """
    total = len(work)
    if not total:
        raise Refusal(400, "No file was given, so there is nothing to run.")
    if total > settings.MAX_ITEMS_PER_JOB:
        raise Refusal(
            413, f"{total} items are more than a job may have ({settings.MAX_ITEMS_PER_JOB})."
        )
    try:
        return _write(owner, plan, work, retry_of, skipped or {})
    except IntegrityError as error:  # the database checks foreign keys on commit
        text = "A file or job that this one needs was deleted in the meantime. Send it again."
        raise Refusal(409, text) from error


def _write(
    owner: Any,
    plan: Plan,
    work: Sequence[tuple[Media, Tool]],
    retry_of: Job | None,
    skipped: dict[int, Decision],
) -> Job:
    kinds = {medium.kind for medium, _tool in work}
    now = timezone.now()
    with transaction.atomic():
        turn = fair_turn.next_turn(owner)
        job = Job.objects.create(
            owner=owner,
            job_type=kinds.pop() if len(kinds) == 1 else "mixed",
            plugin_id=plan.manifest.id,
            plugin_version=plan.manifest.version,
            tools=[tool.id for tool in plan.tools],
            params=plan.params,
            tool_params=plan.tool_params,
            priority=plan.priority,
            turn=turn,
            total=len(work),
            deadline_at=now + timedelta(seconds=plan.deadline_s) if plan.deadline_s else None,
            retry_of=retry_of,
        )
        JobItem.objects.bulk_create(
            (
                JobItem(
                    job=job,
                    media=medium,
                    position=position,
                    plugin_id=plan.manifest.id,
                    tool=tool.id,
                    lane=tool.lane,
                    priority=plan.priority,
                    turn=turn + position,
                )
                for position, (medium, tool) in enumerate(work)
            ),
            batch_size=CHUNK,
        )
        lifecycle.skip(job, {n: (d.reuse, d.why) for n, d in skipped.items()})
        doorbell.ring()
        fail_point("in_submit")
    return job
