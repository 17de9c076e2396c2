"""Reading results: an item's JSON from its tool, and the result of a whole job."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from jobs import storage
from jobs.models import ItemStatus, Job, JobItem

MAX_INLINE_ITEMS = 1000
"""At most this many items; their summaries stay well below the size limit for inline results."""


@dataclass(frozen=True)
class JobResult:
    """``results`` is None until the job ends, and if the document is too large to inline."""

    results: Any = None
    too_large: bool = False


def load(item: JobItem) -> Any:
    """A completed item's result. Raises FileNotFoundError if its file is missing."""
    with storage.open_file(item.result.name) as file:
        return json.load(file)


def of_job(job: Job) -> JobResult:
    """For one item, the tool's result; for several, a list of their summaries, in order."""
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
    """An item in a batch's result: its ids, its status and, if it failed, the error."""
    return {
        "item_id": str(item.pk),
        "media_id": str(item.media_id),
        "filename": item.media.filename,
        "tool": item.tool,
        "status": item.status,
        "error": error(item),
    }


def error(item: JobItem) -> dict[str, str] | None:
    """A failed item's typed reason and message; None if it didn't fail."""
    if item.status != ItemStatus.FAILED:
        return None
    return {"type": item.error_type, "message": item.error_message}
