"""Deletes media, after showing what else will be deleted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jobs.engine.deletion import delete_media
from jobs.library.selection import selection
from jobs.models import ItemStatus, JobItem
from jobs.web.access import member, member_required

MOST = 1000
"""At once; deleting takes time, and a request should not take long."""


@require_POST
@member_required
def delete_from_library(request: HttpRequest) -> HttpResponse:
    """Ask first; with ``confirmed``, delete."""
    chosen = selection(request)
    media = chosen.media(member(request))
    total = media.count()
    if not total:
        messages.error(request, "Nothing is selected.")
        return redirect(chosen.back)
    if "confirmed" not in request.POST:
        items = JobItem.objects.filter(media__in=media.order_by().values("pk"))
        context = {
            "selection": chosen,
            "total": total,
            "now": min(total, MOST),
            "first": media[:12],
            "results": items.filter(status=ItemStatus.COMPLETED).count(),
            "open": items.exclude(status__in=JobItem.FINAL).count(),
        }
        return render(request, "library/delete.html", context)
    for medium in media[:MOST]:
        delete_media(medium)
    gone = min(total, MOST)
    messages.success(request, f"{gone} file{'' if gone == 1 else 's'} deleted.")
    if total > MOST:
        messages.info(request, f"{total - MOST} of the selected are left; delete them next.")
    return redirect(chosen.back)
