"""The page of one item of a batch, and the downloads of any item."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from jobs import downloads
from jobs.models import MediaKind
from jobs.pages.links import owner_links
from jobs.showing.item_view import item_view
from jobs.web.access import member, member_required
from jobs.web.live import live_page, told_when_deleted
from jobs.web.own import own_item
from jobs.web.send import send, send_document, sends_file


@require_safe
@member_required
@told_when_deleted("job", "jobs")
def item_page(request: HttpRequest, job_id: UUID, item_id: UUID) -> HttpResponse:
    """One item with its neighbours in the batch."""
    item = own_item(member(request), item_id, job_id=job_id)
    if item.media.kind == MediaKind.SELECTION:
        return redirect("export", job_id)
    view = item_view(item, owner_links(item))
    beside = item.job.items.filter(position__in=(item.position - 1, item.position + 1))
    neighbours = {one.position - item.position: one for one in beside}
    context = {
        "job": item.job,
        "item": item,
        "view": view,
        "number": item.position + 1,
        "previous": neighbours.get(-1),
        "next": neighbours.get(1),
    }
    return live_page(
        request, "jobs/item.html", "jobs/_item_live.html", context, ended=view.is_settled
    )


@require_safe
@member_required
@sends_file
def item_result(request: HttpRequest, job_id: UUID, item_id: UUID) -> HttpResponseBase:
    """The tool's JSON as a file."""
    item = own_item(member(request), item_id, job_id=job_id)
    return send(request, downloads.result(item))


@require_safe
@member_required
def item_text(request: HttpRequest, job_id: UUID, item_id: UUID) -> HttpResponseBase:
    """The text of a result as a file, if it has one."""
    item = own_item(member(request), item_id, job_id=job_id)
    view = item_view(item, owner_links(item))
    if view.rendered is None or not view.rendered.text:
        raise Http404("There is no text.")
    name = f"{downloads.stem(item.media.filename)}.txt"
    return send_document([view.rendered.text.encode()], name, "text/plain; charset=utf-8")
