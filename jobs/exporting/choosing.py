"""Choosing results to export: by id, by job, or the newest of some media."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from jobs.models import ItemStatus, Job, JobItem
from plugins_app.models import Plugin

AT_ONCE = 500


class Chosen(NamedTuple):
    """A result in a selection."""

    id: UUID
    media_id: UUID
    result_sha256: str
    plugin_id: str
    tool: str


def results_of(owner: Any) -> QuerySet[JobItem]:
    """The owner's completed results, except those of the server's own plugins."""
    own = Plugin.objects.filter(internal=True).values("pk")
    done = JobItem.objects.visible_to(owner).filter(status=ItemStatus.COMPLETED)
    return done.exclude(result="").exclude(plugin_id__in=own)


def by_ids(owner: Any, ids: Sequence[UUID]) -> list[Chosen]:
    """The results with these ids that belong to the owner and are completed."""
    wanted = list(dict.fromkeys(ids))
    found: list[Chosen] = []
    for some in _pieces(wanted):
        found += _chosen(results_of(owner).filter(pk__in=some))
    return found


def of_job(job: Job, tool: str = "") -> list[Chosen]:
    """The results of a job, including those it reused for skipped items."""
    stands = JobItem.objects.filter(job=job, status=ItemStatus.SKIPPED).exclude(reused=None)
    results = results_of(job.owner).filter(Q(job=job) | Q(pk__in=stands.values("reused_id")))
    return list(_chosen(_by_tool(results, tool)))


def newest_of(owner: Any, media: Iterable[UUID], tool: str = "") -> list[Chosen]:
    """The newest result of each tool, or of the given one, for each of these media."""
    found: list[Chosen] = []
    for some in _pieces(list(dict.fromkeys(media))):
        results = _by_tool(results_of(owner).filter(media_id__in=some), tool)
        rows = _chosen(results.order_by("media_id", "plugin_id", "tool", "-pk"))
        for _tool, versions in groupby(rows, key=lambda one: (one.media_id, *one[3:])):
            found.append(next(versions))
    return found


def _by_tool(results: QuerySet[JobItem], tool: str) -> QuerySet[JobItem]:
    """Keep results of ``plugin/tool`` or ``tool``; all of them if it is empty."""
    if not tool:
        return results
    plugin_id, _, name = tool.rpartition("/")
    return results.filter(tool=name, **({"plugin_id": plugin_id} if plugin_id else {}))


def _chosen(results: QuerySet[JobItem]) -> Iterator[Chosen]:
    columns = ("pk", "media_id", "result_sha256", "plugin_id", "tool")
    return (Chosen(*row) for row in results.values_list(*columns).iterator(2000))


def _pieces(ids: list[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
