"""The list of one's media: newest first, with filters, upload and selection."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.library.filters import filtered
from jobs.models import Tag
from jobs.models.annotation import Role
from jobs.web.access import member, member_required
from jobs.web.paging import page_of

MEDIA_PER_PAGE = 48


@require_safe
@member_required
def library(request: HttpRequest) -> HttpResponse:
    chosen = filtered(member(request), request.GET)
    page = page_of(chosen.rows, chosen.data, MEDIA_PER_PAGE)
    context: dict[str, Any] = {
        "filter": chosen,
        "page": page,
        "query": chosen.address,
        "tags": Tag.objects.visible_to(member(request)),
        "roles": Role.choices,
        "max_files": settings.MAX_FILES_PER_JOB,
    }
    return render(request, "library/grid.html", context)
