"""Uploading into the library, many at a time, without running anything."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jobs.intake import receive
from jobs.intake.archive import is_archive, members
from jobs.refusal import Refusal
from jobs.web.access import member, member_required

Refusals = list[tuple[str, str]]
SHOWN = 20
"""So many refused files are named; of more, the number is told."""


@require_POST
@member_required
def upload_to_library(request: HttpRequest) -> HttpResponse:
    """Keep valid files, unpack archives, and list what was refused by name.

    The page's script sends one file per request and reads JSON; a plain form sends all at once.
    """
    taken, refused = 0, []
    for file in request.FILES.getlist("file"):
        kept, faults = _keep(member(request), file)
        taken += kept
        refused += faults
    if request.headers.get("Accept", "").startswith("application/json"):
        names = [{"name": name, "reason": reason} for name, reason in refused]
        return JsonResponse({"taken": taken, "refused": names})
    if taken:
        messages.success(request, f"{taken} file{'' if taken == 1 else 's'} added.")
    for name, reason in refused[:SHOWN]:
        messages.warning(request, f"{name} was not taken. {reason}")
    if len(refused) > SHOWN:
        messages.warning(request, f"{len(refused) - SHOWN} more were not taken.")
    if not taken and not refused:
        messages.error(request, "Choose at least one file.")
    return redirect("library")


def _keep(owner: Any, file: UploadedFile) -> tuple[int, Refusals]:
    if not is_archive(file):
        return _keep_one(owner, file, file.name or "A file")
    taken, refused = 0, []
    try:
        for member_file in members(file):
            with member_file.upload as upload:
                kept, faults = _keep_one(owner, upload, member_file.path)
            taken += kept
            refused += faults
    except Refusal as refusal:
        refused.append((file.name or "An archive", refusal.message))
    return taken, refused


def _keep_one(owner: Any, file: UploadedFile, name: str) -> tuple[int, Refusals]:
    try:
        receive(owner, file)
    except Refusal as refusal:
        return 0, [(name, refusal.message)]
    return 1, []
