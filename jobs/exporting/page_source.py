"""What a page exports: a job, single results, or a selection from the library."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse

from jobs.exporting import choosing
from jobs.exporting.choosing import Chosen
from jobs.library.selection import selection
from jobs.list_filters import tool_choices
from jobs.models import Job
from jobs.web.access import member

MOST_RESULTS = 1000
"""Limit of single results in a URL or form."""


@dataclass(frozen=True)
class ToolChoice:
    """A tool that made some of the results."""

    key: str
    title: str
    count: int


@dataclass(frozen=True)
class Source:
    """The results, the form fields that carry them on, and the page the user came from.

    ``tools`` are the tools of all results, ``of`` is the chosen one among them, or "".
    """

    results: list[Chosen]
    fields: list[tuple[str, str]]
    back: str
    back_name: str
    tools: list[ToolChoice]
    of: str = ""


def source(request: HttpRequest) -> Source:
    """What the URL or form names. Raises Http404 if it is not the user's."""
    query = request.POST if request.method == "POST" else request.GET
    if query.get("job"):
        found = _of_job(request, query)
    elif query.get("result"):
        found = _of_results(request, query)
    else:
        found = _of_library(request)
    counts = Counter(f"{one.plugin_id}/{one.tool}" for one in found.results)
    titles = dict(tool_choices())
    tools = [ToolChoice(key, titles.get(key, key), counts[key]) for key in sorted(counts)]
    of = query.get("of", "")
    if of not in counts:
        return Source(found.results, found.fields, found.back, found.back_name, tools)
    kept = [one for one in found.results if f"{one.plugin_id}/{one.tool}" == of]
    return Source(kept, found.fields, found.back, found.back_name, tools, of)


def _of_job(request: HttpRequest, query: QueryDict) -> Source:
    job = Job.objects.visible_to(member(request)).filter(pk=_id(str(query["job"]))).first()
    if job is None:
        raise Http404("There is no such job.")
    where = reverse("job", args=[job.pk])
    return Source(choosing.of_job(job), [("job", str(job.pk))], where, "Job", [])


def _of_results(request: HttpRequest, query: QueryDict) -> Source:
    ids = [_id(text) for text in query.getlist("result")[:MOST_RESULTS]]
    results = choosing.by_ids(member(request), ids)
    if not results:
        raise Http404("There is no such result.")
    fields = [("result", str(one.id)) for one in results]
    return Source(results, fields, reverse("jobs"), "Jobs", [])


def _of_library(request: HttpRequest) -> Source:
    chosen = selection(request)
    owner = member(request)
    media = chosen.media(owner)[: settings.MAX_ITEMS_PER_JOB + 1]
    ids = list(media.prefetch_related(None).values_list("pk", flat=True))
    return Source(choosing.newest_of(owner, ids), chosen.fields, chosen.back, "Library", [])


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("There is no such thing.") from error
