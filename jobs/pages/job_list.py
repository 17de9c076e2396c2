"""The list of one's jobs, newest first, with filters."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jobs.models import Job, JobItem, MediaKind
from jobs.results.state import states_of
from jobs.web.access import member, member_required
from jobs.web.job_filters import JobFilters
from jobs.web.live import live_page
from jobs.web.paging import page_of

JOBS_PER_PAGE = 25
THUMBNAILS = 4


@require_safe
@member_required
def job_list(request: HttpRequest) -> HttpResponse:
    """One page of the list, which updates itself while anything on it runs."""
    mine = Job.objects.visible_to(member(request)).exclude(job_type=MediaKind.SELECTION)
    chosen = JobFilters.of_page(request.GET, mine)
    page = page_of(chosen.rows, chosen.data, JOBS_PER_PAGE)
    context: dict[str, Any] = {
        "filter": chosen,
        "entries": _entries(page.rows),
        "page": page,
    }
    ended = all(job.is_final for job in page.rows)
    return live_page(request, "jobs/list.html", "jobs/_list.html", context, ended=ended, every_s=2)


def _entries(jobs: list[Job]) -> list[dict[str, Any]]:
    """Each job with its state and its first items, in three queries."""
    states = states_of(jobs)
    firsts: dict[object, list[JobItem]] = {job.pk: [] for job in jobs}
    for item in (
        JobItem.objects.filter(job__in=jobs, position__lt=THUMBNAILS)
        .select_related("media__blob")
        .order_by("position")
    ):
        firsts[item.job_id].append(item)
    return [{"job": job, "state": states[job.pk], "items": firsts[job.pk]} for job in jobs]
