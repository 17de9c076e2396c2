"""The page on which boxes and points are drawn on an image."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.models import MediaKind
from jobs.models.annotation import Role
from jobs.pages.access import member_required
from jobs.pages.item_view import BROWSER_TYPES
from jobs.pages.library.access import own_medium, place


@require_safe
@member_required
def annotate(request: HttpRequest, media_id: UUID) -> HttpResponse:
    """One image with its annotations; the page's script saves through the API."""
    medium = own_medium(request, media_id)
    if medium.kind != MediaKind.IMAGE:
        raise Http404("Videos are not annotated.")
    context = {
        "medium": medium,
        "place": place(request, medium),
        "annotations": [row.prompt() for row in medium.annotations.all()],
        "roles": Role.choices,
        "original": medium.blob.content_type in BROWSER_TYPES,
    }
    return render(request, "library/annotate.html", context)
