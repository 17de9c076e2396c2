"""Runs tools on files that come with the request: all of them are kept, or none."""

from collections.abc import Collection, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from rest_framework.request import Request

from jobs import intake
from jobs.engine.deletion import discard
from jobs.models import Job, Media
from jobs.refusal import Refusal
from jobs.submission import Plan, submit

FIELD = "file"


def files_of(request: Request) -> list[UploadedFile]:
    """The files of a multipart request, at least one. Raises Refusal."""
    if stray := [name for name in request.FILES if name != FIELD]:
        raise Refusal(400, f"Files belong in the form field {FIELD!r}, not {stray[0][:100]!r}.")
    files = request.FILES.getlist(FIELD)
    if not files:
        raise Refusal(400, f"No file was sent. Send it as multipart/form-data, field {FIELD!r}.")
    return files


def run_on_files(
    owner: Any, plan: Plan, files: Sequence[UploadedFile], kinds: Collection[str]
) -> Job:
    """Receive the files, which must be of these ``kinds``, and submit them as one job. If one is
    refused, none is kept.

    Raises Refusal, which names the file if there are several.
    """
    media: list[Media] = []
    try:
        for position, file in enumerate(files):
            media.append(_received(owner, file, kinds, position, len(files)))
        return submit(owner, plan, media)
    except BaseException:
        for medium in media:
            discard(medium)
        raise


def _received(
    owner: Any, file: UploadedFile, kinds: Collection[str], position: int, count: int
) -> Media:
    try:
        return intake.receive(owner, file, kinds)
    except Refusal as refused:
        if count == 1:
            raise
        where = f"/{FIELD}/{position}"
        message = f"{file.name}: {refused.message} Nothing was kept."
        raise Refusal(refused.status, message, [(where, refused.message)]) from refused
