"""The pages that compare: two results of one image or video, and two jobs over the same media."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jobs.comparing.items import compare_items
from jobs.comparing.job_pairs import candidates
from jobs.comparing.jobs import Compared, compare_jobs
from jobs.comparing.view import STATES, State, compare_view
from jobs.models import JobItem
from jobs.refusal import Refusal
from jobs.web.access import member, member_required
from jobs.web.own import own_job


@require_safe
@member_required
def compare_results(request: HttpRequest) -> HttpResponse:
    """Two results: ``?a=&b=``, or ``?result=&result=`` as the checkboxes of a history send them;
    then the older one comes first."""
    ids = [_id(request.GET.get(name, "")) for name in ("a", "b") if name in request.GET]
    chosen = sorted({_id(text) for text in request.GET.getlist("result")})
    if len(ids) != 2:
        ids = chosen
    if len(ids) != 2:
        messages.error(request, "Choose two results to compare: tick the boxes beside them.")
        return redirect(_back(request))
    items = JobItem.objects.select_related("media__blob", "job").defer("log")
    own = items.visible_to(member(request))
    a, b = (get_object_or_404(own, pk=one) for one in ids)
    try:
        found = compare_items(a, b)
    except Refusal as error:
        messages.error(request, error.message)
        return redirect("library-history", b.media_id)
    context: dict[str, Any] = {"a": a, "b": b, "view": compare_view(a, b, found)}
    return render(request, "comparing/results.html", context)


@require_safe
@member_required
def compare_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """What changed since the job in ``?with=``; without it, the jobs to choose from."""
    job = own_job(member(request), job_id)
    if not request.GET.get("with"):
        found = candidates(job)
        context: dict[str, Any] = {
            "job": job,
            "candidates": found,
        }
        return render(request, "comparing/choose.html", context)
    other = own_job(member(request), _id(request.GET["with"]))
    a, b = sorted((job, other), key=lambda one: one.pk)
    only_changed = request.GET.get("only") == "changed"
    try:
        page = compare_jobs(a, b, request.GET.get("cursor", ""), only_changed=only_changed)
    except Refusal as error:
        messages.error(request, error.message)
        return redirect("compare-job", job.pk)
    here = f"?with={other.pk}"
    context = {
        "job": job,
        "other": other,
        "sides": [("First", a), ("Second", b)],
        "rows": [(one, _counts(one)) for one in page.rows],
        "legend": [State(name) for name in STATES],
        "only_changed": only_changed,
        "here": here,
        "next": f"{here}{'&only=changed' * only_changed}&cursor={page.next}" if page.next else "",
        "is_first": "cursor" not in request.GET,
    }
    return render(request, "comparing/jobs.html", context)


def _counts(one: Compared) -> list[State]:
    return [State(name, count) for name, count in (one.counts or {}).items() if count]


def _id(text: str) -> UUID:
    """Raises Http404 if the text is not an id, just as for an unknown id."""
    try:
        return UUID(text)
    except ValueError:
        raise Http404("There is no such thing.") from None


def _back(request: HttpRequest) -> str:
    try:
        return reverse("library-history", args=[UUID(request.GET.get("of", ""))])
    except ValueError:
        return reverse("library")
