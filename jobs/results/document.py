"""Reading results: the tool's JSON of an item, and what a job says as its result."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from jobs import storage
from jobs.models import ItemStatus, Job, JobItem

MAX_INLINE_ITEMS = 1000
"""Summaries of so many items stay well below the size that results may have inline."""


@dataclass(frozen=True)
class JobResult:
    """``results`` is None before the end, and where the document is too large to inline."""

    results: Any = None
    too_large: bool = False


def load(item: JobItem) -> Any:
    """The tool's result of a completed item. Raises FileNotFoundError when its file is gone."""
    with storage.open_file(item.result.name) as file:
        return json.load(file)


def of_job(job: Job) -> JobResult:
    """One item: the tool's result. Several: a list of item summaries, in their order."""
    if not job.is_final:
        return JobResult()
    if job.total > MAX_INLINE_ITEMS:
        return JobResult(too_large=True)
    if job.total > 1:
        return JobResult([summary(item) for item in job.items.select_related("media")])
    item = job.items.get()
    if item.status != ItemStatus.COMPLETED:
        return JobResult()
    if item.result_size_bytes > settings.MAX_RESULT_INLINE_BYTES:
        return JobResult(too_large=True)
    return JobResult(load(item))


def summary(item: JobItem) -> dict[str, Any]:
    """An item in a batch's result: what became of it, and where its result is."""
    return {
        "item_id": str(item.pk),
        "media_id": str(item.media_id),
        "filename": item.media.filename,
        "tool": item.tool,
        "status": item.status,
        "error": error(item),
    }


def error(item: JobItem) -> dict[str, str] | None:
    """The typed reason and its sentence, for a failed item."""
    if item.status != ItemStatus.FAILED:
        return None
    return {"type": item.error_type, "message": item.error_message}
