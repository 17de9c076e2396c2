"""The page for drawing boxes and points on an image, and taking over a result."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jobs.annotating.takeover import take_over
from jobs.browser import shows_blob
from jobs.library.places import own_medium, place
from jobs.models import ItemStatus, JobItem, MediaKind
from jobs.models.annotation import Role
from jobs.refusal import Refusal
from jobs.results import document
from jobs.web.access import member, member_required


@require_safe
@member_required
def annotate(request: HttpRequest, media_id: UUID) -> HttpResponse:
    """One image with its annotations; the page's script saves them through the API."""
    medium = own_medium(member(request), media_id)
    if medium.kind != MediaKind.IMAGE:
        raise Http404("Videos are not annotated.")
    context = {
        "medium": medium,
        "place": place(member(request), request.GET, medium),
        "annotations": [row.prompt() for row in medium.annotations.all()],
        "roles": Role.choices,
        "original": shows_blob(medium.blob),
    }
    return render(request, "annotating/annotate.html", context)


@require_POST
@member_required
def take_over_result(request: HttpRequest, media_id: UUID, item_id: UUID) -> HttpResponse:
    """Turn a result into annotations and open the page where they are corrected."""
    medium = own_medium(member(request), media_id)
    items = JobItem.objects.visible_to(member(request)).select_related("media__blob")
    item = items.filter(pk=item_id, media=medium, status=ItemStatus.COMPLETED).first()
    if item is None or medium.kind != MediaKind.IMAGE:
        messages.error(request, "There is no such result any more.")
        return redirect("library-history", media_id)
    try:
        made = take_over(item, document.load(item), request.POST.get("role", Role.SEGMENT))
    except FileNotFoundError:
        messages.error(request, "The result's file is gone, so there is nothing to take over.")
        return redirect("library-history", media_id)
    except Refusal as error:
        messages.error(request, error.message)
        return redirect("library-history", media_id)
    if made:
        messages.success(request, f"{len(made)} box{'' if len(made) == 1 else 'es'} taken over.")
    else:
        messages.info(request, "The result has no new boxes to take over.")
    return redirect("library-annotate", media_id)
