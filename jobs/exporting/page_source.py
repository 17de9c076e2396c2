"""What a page wants exported: a job, single results, or what was selected in the library."""

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
"""Single results in an address or form."""


@dataclass(frozen=True)
class ToolChoice:
    """A tool that made some of the results."""

    key: str
    title: str
    count: int


@dataclass(frozen=True)
class Source:
    """The results, the form fields that carry them on, and where one came from.

    ``tools`` are those of all results, ``of`` the one that was chosen among them, or "".
    """

    results: list[Chosen]
    fields: list[tuple[str, str]]
    back: str
    back_name: str
    tools: list[ToolChoice]
    of: str = ""


def source(request: HttpRequest) -> Source:
    """What the address or the form names. Raises Http404 for what is not theirs."""
    given = request.POST if request.method == "POST" else request.GET
    if given.get("job"):
        found = _of_job(request, given)
    elif given.get("result"):
        found = _of_results(request, given)
    else:
        found = _of_library(request)
    counts = Counter(f"{one.plugin_id}/{one.tool}" for one in found.results)
    titles = dict(tool_choices())
    tools = [ToolChoice(key, titles.get(key, key), counts[key]) for key in sorted(counts)]
    of = given.get("of", "")
    if of not in counts:
        return Source(found.results, found.fields, found.back, found.back_name, tools)
    kept = [one for one in found.results if f"{one.plugin_id}/{one.tool}" == of]
    return Source(kept, found.fields, found.back, found.back_name, tools, of)


def _of_job(request: HttpRequest, given: QueryDict) -> Source:
    job = Job.objects.visible_to(member(request)).filter(pk=_id(str(given["job"]))).first()
    if job is None:
        raise Http404("There is no such job.")
    where = reverse("job", args=[job.pk])
    return Source(choosing.of_job(job), [("job", str(job.pk))], where, "Job", [])


def _of_results(request: HttpRequest, given: QueryDict) -> Source:
    ids = [_id(text) for text in given.getlist("result")[:MOST_RESULTS]]
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
