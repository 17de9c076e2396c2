"""The page that imports boxes from COCO and YOLO files and shows the outcome."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jobs.annotating.import_apply import import_boxes
from jobs.models import Tag
from jobs.models.annotation import Role
from jobs.refusal import Refusal
from jobs.web.access import member, member_required

SHOWN = 200
"""Files listed on the page; the totals count all of them."""


@require_POST
@member_required
def import_into_library(request: HttpRequest) -> HttpResponse:
    """Import the boxes of the uploaded files and show the outcome for each image."""
    files = request.FILES.getlist("file")
    role = request.POST.get("role", "")
    tag = request.POST.get("tag", "").replace("\0", "").strip()[: Tag.MAX_LENGTH]
    if not files:
        messages.error(request, "Choose at least one file of boxes.")
        return redirect("library")
    try:
        report = import_boxes(
            member(request), files, role if role in Role.values else Role.SEGMENT, tag
        )
    except Refusal as refused:
        messages.error(request, f"{refused.message} Nothing was taken.")
        return redirect("library")
    listed = report.files
    context = {
        "report": report,
        "role": Role(report.role).label,
        "shown": listed[:SHOWN],
        "left_out": max(len(report.outcomes) - SHOWN, 0),
    }
    return render(request, "annotating/imported.html", context)
