"""The page of one job: its progress while it runs, its result or its items afterwards."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from jobs.diagnosis import blocked_reason
from jobs.engine import lifecycle
from jobs.models import ItemStatus, JobItem, MediaKind
from jobs.pages.links import owner_links
from jobs.refusal import Refusal
from jobs.results.state import states_of
from jobs.showing.item_view import item_view
from jobs.submission import retry
from jobs.web.access import member, member_required
from jobs.web.live import live_page, told_when_deleted
from jobs.web.own import own_job
from jobs.web.paging import ItemCursor, page_of

ITEMS_PER_PAGE = 50


@require_safe
@member_required
@told_when_deleted("job", "jobs")
def job_page(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """A job of one item shows that item; a batch shows the list of its items."""
    job = own_job(member(request), job_id)
    if job.job_type == MediaKind.SELECTION:
        return redirect("export", job.pk)
    context: dict[str, object] = {
        "job": job,
        "state": states_of([job])[job.pk],
        "blocked": blocked_reason(job),
    }
    if job.total == 1:
        items = JobItem.objects.select_related("media__blob", "job")
        item = get_object_or_404(items, job=job)
        view = item_view(item, owner_links(item))
        settled = job.is_final and view.is_settled  # the job was read before: it may show less
        context |= {"view": view, "item": item}
    else:
        status = request.GET.get("status", "")
        items = job.items.select_related("media__blob")
        if status in ItemStatus.values:
            items = items.filter(status=status)
        else:
            status = ""
        page = page_of(items, request.GET, ITEMS_PER_PAGE, ItemCursor)
        context |= {"page": page, "status": status}
        settled = job.is_final
    return live_page(request, "jobs/job.html", "jobs/_job.html", context, ended=settled)


@require_POST
@member_required
def cancel_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Cancel what has not ended."""
    job = own_job(member(request), job_id)
    if not lifecycle.cancel(job):
        messages.info(request, "The job had already ended, so there was nothing to cancel.")
    return redirect("job", job.pk)


@require_POST
@member_required
def retry_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Run an ended job again as a new one; with ``only=failed``, only its failed items."""
    job = own_job(member(request), job_id)
    try:
        again = retry(job, only_failed=request.POST.get("only") == "failed")
    except Refusal as error:
        messages.error(request, error.message)
        return redirect("job", job.pk)
    return redirect("job", again.pk)
