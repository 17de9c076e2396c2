"""The upload page: files, a tool and its settings become a job."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from jobs.intake import Refused, discard, kinds_of, receive
from jobs.intake.sniff import ACCEPTED, IMAGES, VIDEOS
from jobs.models import Job, Media
from jobs.submission import Plan, SubmissionError, plan, submit
from jobs.web.access import member, member_required
from jobs.web.offers import Faults, Offer, filled, offers, raw_params, usual_choice
from plugins_app.manifests.params import InvalidParams, coerce_form

EXTENSIONS = (".tif", ".tiff", ".avif", ".m4v", ".mkv", ".avi", ".mov")
"""For systems that don't know the types of these files."""


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def upload(request: HttpRequest) -> HttpResponse:
    """Show the form, or take it: the good files become one job, refused ones are told by name."""
    choices = offers()
    if request.method != "POST":
        wished = request.GET.get("tool")
        chosen = usual_choice(member(request), choices, wished)
        return _form(request, choices, chosen, Faults(), 200)
    chosen = request.POST.get("tool", "")
    faults = Faults()
    job = _take(request, choices, chosen, faults)
    if job is None:
        return _form(request, choices, chosen, faults, 400)
    for name, reason in faults.files:
        messages.warning(request, f"{name} was not taken. {reason}")
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(reverse("job", args=[job.pk]))
    return redirect("job", job.pk)


def _take(request: HttpRequest, choices: list[Offer], chosen: str, faults: Faults) -> Job | None:
    """Check first, then keep the files, then write the job; None, with faults, when it fails."""
    offer = next((one for one in choices if one.key == chosen), None)
    files = request.FILES.getlist("file")
    if not files:
        faults.form.append("Choose at least one file.")
    if offer is None:
        faults.form.append("Choose a tool; the one that was sent can't be used now.")
        return None
    planned = _plan(offer, kinds_of(files) & offer.tool.kinds, request, faults)
    if planned is None or not files:
        return None
    kept: list[Media] = []
    try:
        for file in files:
            _receive(member(request), file, offer.tool.kinds, kept, faults)
        if kept:
            return submit(member(request), planned, kept)
    except SubmissionError as error:
        _discard(kept)
        faults.form.append(error.message)
    except BaseException:
        _discard(kept)
        raise
    return None


def _plan(offer: Offer, kinds: set[str], request: HttpRequest, faults: Faults) -> Plan | None:
    try:
        params = coerce_form(offer.tool, raw_params(offer, request.POST))
        wanted = kinds or offer.tool.kinds  # files of no kind it takes are refused one by one
        return plan(offer.plugin.pk, wanted, tools=[offer.tool.id], params=params)
    except InvalidParams as error:
        pairs = error.errors
    except SubmissionError as error:
        if not error.errors:
            faults.form.append(error.message)
        pairs = error.errors
    known = offer.tool.params.get("properties", {})
    for pointer, sentence in pairs:
        name = pointer.lstrip("/").partition("/")[0]
        if name in known:
            faults.fields.setdefault(name, sentence)
        else:
            faults.form.append(sentence)
    return None


def _receive(
    owner: Any, file: Any, kinds: Collection[str], kept: list[Media], faults: Faults
) -> None:
    try:
        kept.append(receive(owner, file, kinds))
    except Refused as refusal:
        faults.files.append((file.name or "A file", refusal.message))


def _discard(kept: list[Media]) -> None:
    for media in kept:
        discard(media)


def _form(
    request: HttpRequest, choices: list[Offer], chosen: str, faults: Faults, status: int
) -> HttpResponse:
    if status != 200:
        if all(one.key != chosen for one in choices):
            chosen = usual_choice(member(request), choices)
        choices = [
            filled(one, request.POST, faults.fields) if one.key == chosen else one
            for one in choices
        ]
    context = {
        "offers": choices,
        "chosen": chosen,
        "faults": faults,
        "max_files": settings.MAX_FILES_PER_JOB,
        "accept": ",".join([*IMAGES, *VIDEOS, *EXTENSIONS]),
        "accepted": ACCEPTED,
        "max_bytes": settings.MAX_IMAGE_BYTES,
        "max_video_bytes": settings.MAX_VIDEO_BYTES,
        "max_video_hours": settings.MAX_VIDEO_SECONDS / 3600,
    }
    return render(request, "upload/page.html", context, status=status)
