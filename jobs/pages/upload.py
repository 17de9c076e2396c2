"""The upload page: files, a tool and its settings become a job."""

from collections.abc import Collection
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from jobs.engine.deletion import discard
from jobs.intake import kinds_of, receive
from jobs.intake.sniff import ACCEPTED, IMAGES, VIDEOS
from jobs.models import Job, Media
from jobs.refusal import Refusal
from jobs.submission import submit
from jobs.web.access import member, member_required
from jobs.web.offers import Faults, Offer, ask, chosen_of, offers, usual_choice

EXTENSIONS = (".tif", ".tiff", ".avif", ".m4v", ".mkv", ".avi", ".mov")
"""For systems that don't know the types of these files."""


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def upload(request: HttpRequest) -> HttpResponse:
    """Show the form or process it: valid files become one job, refused ones are listed by name."""
    if request.method != "POST":
        return _form(request, offers(), request.GET.get("tool"), Faults(), 200)
    choices = offers(request.POST)
    faults = Faults()
    job = _take(request, choices, faults)
    if job is None:
        return _form(request, choices, request.POST.get("tool"), faults, 400)
    for name, reason in faults.files:
        messages.warning(request, f"{name} was not taken. {reason}")
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(reverse("job", args=[job.pk]))
    return redirect("job", job.pk)


def _take(request: HttpRequest, choices: list[Offer], faults: Faults) -> Job | None:
    """Check the form, keep the files, then write the job; None, with ``faults``, if that fails."""
    offer = chosen_of(choices)
    files = request.FILES.getlist("file")
    if not files:
        faults.sentences.append("Choose at least one file.")
    if offer is None:
        faults.sentences.append("Choose a tool; the one that was sent can't be used now.")
        return None
    kinds = kinds_of(files) & offer.tool.kinds or offer.tool.kinds  # others are refused one by one
    planned = ask(offer.form, faults, partial(offer.plan, kinds))
    if planned is None or not files:
        return None
    kept: list[Media] = []
    try:
        for file in files:
            _receive(member(request), file, offer.tool.kinds, kept, faults)
        if kept:
            return submit(member(request), planned, kept)
    except Refusal as error:
        _discard(kept)
        faults.sentences.append(error.message)
    except BaseException:
        _discard(kept)
        raise
    return None


def _receive(
    owner: Any, file: Any, kinds: Collection[str], kept: list[Media], faults: Faults
) -> None:
    try:
        kept.append(receive(owner, file, kinds))
    except Refusal as refusal:
        faults.files.append((file.name or "A file", refusal.message))


def _discard(kept: list[Media]) -> None:
    for media in kept:
        discard(media)


def _form(
    request: HttpRequest, choices: list[Offer], wished: str | None, faults: Faults, status: int
) -> HttpResponse:
    context = {
        "offers": choices,
        "chosen": usual_choice(member(request), choices, wished),
        "faults": faults,
        "max_files": settings.MAX_FILES_PER_JOB,
        "accept": ",".join([*IMAGES, *VIDEOS, *EXTENSIONS]),
        "accepted": ACCEPTED,
        "max_bytes": settings.MAX_IMAGE_BYTES,
        "max_video_bytes": settings.MAX_VIDEO_BYTES,
        "max_video_hours": settings.MAX_VIDEO_SECONDS / 3600,
    }
    return render(request, "upload/page.html", context, status=status)
