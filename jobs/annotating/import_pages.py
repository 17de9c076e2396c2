"""Importing boxes from COCO and YOLO files, and what became of them."""

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
"""Files told one by one; the numbers count all."""


@require_POST
@member_required
def import_into_library(request: HttpRequest) -> HttpResponse:
    """Take the boxes of the files that came along, and say what of each was taken."""
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
