"""``Prefer: wait=N`` (RFC 7240): the answer comes when the job has ended, or after N seconds."""

import re
import threading
import time

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.models import Job

MAX_WAIT_S = 10
LOOK_EVERY_S = 0.1
RETRY_AFTER_S = 1
WAIT = re.compile(r"""(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?\s*(?=$|[,;])""", re.IGNORECASE)

seats = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))
"""Each wait holds a thread of the server; half of them stay free for everybody else."""


def wait_if_preferred(request: Request, job: Job) -> int | None:
    """Wait for the job to end as the client prefers, and reload ``job``.

    Returns the seconds granted, or None if no wait was requested or possible.
    """
    found = WAIT.search(request.headers.get("Prefer", ""))
    if not found or not seats.acquire(blocking=False):
        return None
    seconds = min(int(found[1]), MAX_WAIT_S)
    try:
        _wait(job, seconds)
    finally:
        seats.release()
    job.refresh_from_db()
    return seconds


def mark(response: Response, job: Job, granted: int | None) -> None:
    """Set the headers for waiting and polling."""
    response["Vary"] = "Prefer"
    if granted is not None:
        response["Preference-Applied"] = f"wait={granted}"
    if not job.is_final:
        response["Retry-After"] = str(RETRY_AFTER_S)


def _wait(job: Job, seconds: int) -> None:
    until = time.monotonic() + seconds
    status = Job.objects.filter(pk=job.pk).values_list("status", flat=True)
    while time.monotonic() < until and status.first() not in (*Job.FINAL, None):
        time.sleep(LOOK_EVERY_S)
