"""Pairing the results of two jobs: those of the same bytes and tool.

The list has the first job's items in order, then the second job's items without a counterpart, 50
per page; each page costs the same, however large the jobs are.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from jobs.models import ItemStatus, Job, JobItem, MediaKind

PAGE = 50
FIRST, SECOND = "a", "b"
MOST_CANDIDATES = 20
MOST_OF_OTHER = 2000
"""Limit, as a job may have the same bytes many times."""


@dataclass(frozen=True)
class Row:
    """A pair of items, or one item without a counterpart."""

    a: JobItem | None
    b: JobItem | None

    @property
    def item(self) -> JobItem:
        """Whichever item exists; it names the medium."""
        return self.a or self.b  # type: ignore[return-value]  # one of them is

    @property
    def both(self) -> tuple[JobItem, JobItem] | None:
        """The items to compare; None unless both have a result."""
        a, b = with_result(self.a), with_result(self.b)
        return (a, b) if a and b else None


@dataclass(frozen=True)
class Rows:
    """A page of pairs. ``next`` is the cursor of the next page, empty at the end."""

    rows: list[Row]
    next: str


def rows_of(a: Job, b: Job, cursor: str = "", *, only_changed: bool = False) -> Rows:
    """A page of the list; an invalid cursor gives the first page.

    ``only_changed`` leaves out pairs with identical results.
    """
    by_tool = len(a.tools) > 1 or len(b.tools) > 1
    side, start = _read(cursor)
    rows: list[Row] = []
    if side == FIRST:
        items = _items(a)
        if only_changed:
            same = _counterparts(b, by_tool).filter(result_sha256=OuterRef("result_sha256"))
            with_digest = same.annotate(n=Length("result_sha256")).filter(n__gt=0)
            items = items.exclude(Exists(with_digest))
        found = list(items.filter(position__gte=start)[: PAGE + 1])
        rows = _paired(found[:PAGE], b, by_tool)
        if len(found) > PAGE:
            return Rows(rows, f"{FIRST}{found[PAGE].position}")
        start = 0
    alone = _items(b).exclude(Exists(_counterparts(a, by_tool)))
    left = PAGE - len(rows)
    found = list(alone.filter(position__gte=start)[: left + 1])
    rows += [Row(None, one) for one in found[:left]]
    return Rows(rows, f"{SECOND}{found[left].position}" if len(found) > left else "")


def candidates(job: Job) -> list[Job]:
    """Jobs to compare with: the one it repeats, those that repeat it, then the owner's other jobs
    over some of the same bytes, those with the same tools first, then the newest."""
    related = Q(retries=job) | Q(retry_of=job)
    if job.retry_of_id:
        related |= Q(retry_of=job.retry_of_id)
    own = Job.objects.visible_to(job.owner).exclude(pk=job.pk)
    own = own.exclude(plugin_id="media").exclude(job_type=MediaKind.SELECTION)
    first = list(own.filter(related).distinct().order_by("-pk")[:MOST_CANDIDATES])
    first.sort(key=lambda one: one.pk != job.retry_of_id)
    some = job.items.order_by("position").values("media__blob")[:MOST_CANDIDATES]
    blobs = list(some.values_list("media__blob", flat=True))
    over_them = JobItem.objects.filter(media__blob__in=blobs).order_by("-job_id")
    ids = over_them.exclude(job=job).values_list("job_id", flat=True).distinct()
    known = {one.pk for one in first}
    rest = own.filter(pk__in=list(ids[: MOST_CANDIDATES * 2])).order_by("-pk")
    others = [one for one in rest if one.pk not in known]
    others.sort(key=lambda one: (one.plugin_id, one.tools) != (job.plugin_id, job.tools))
    return [*first, *others][:MOST_CANDIDATES]


def share_media(a: Job, b: Job) -> bool:
    """Whether two jobs have some bytes in common."""
    other = JobItem.objects.filter(job=b, media__blob=OuterRef("media__blob"))
    return bool(a.items.filter(Exists(other)).exists())


def _items(job: Job) -> QuerySet[JobItem]:
    items = JobItem.objects.filter(job=job).select_related("media__blob", "reused__media")
    return items.defer("log", "run", "reused__log", "reused__run").order_by("position")


def _counterparts(job: Job, by_tool: bool) -> QuerySet[JobItem]:
    """The items of the job over the same bytes as the outer item, and with ``by_tool`` of the same
    tool."""
    items = JobItem.objects.filter(job=job, media__blob=OuterRef("media__blob"))
    return items.filter(tool=OuterRef("tool")) if by_tool else items


def _paired(items: list[JobItem], other: Job, by_tool: bool) -> list[Row]:
    """Each item with its counterpart; repeated bytes are paired in order."""
    blobs = {item.media.blob_id for item in items}
    there: defaultdict[Any, list[JobItem]] = defaultdict(list)
    for one in _items(other).filter(media__blob__in=blobs)[:MOST_OF_OTHER]:
        there[_key(one, by_tool)].append(one)
    rows = []
    for item in items:
        found = there[_key(item, by_tool)]
        same = next((one for one in found if one.media_id == item.media_id), None)
        rows.append(Row(item, same or (found[0] if found else None)))
    return rows


def _key(item: JobItem, by_tool: bool) -> tuple[Any, str]:
    return item.media.blob_id, item.tool if by_tool else ""


def with_result(item: JobItem | None) -> JobItem | None:
    """The item that has the result: for a skipped item, the one it reuses; None without one."""
    if item is not None and item.status == ItemStatus.SKIPPED:
        item = item.reused
    return item if item and item.status == ItemStatus.COMPLETED and item.result else None


def _read(cursor: str) -> tuple[str, int]:
    found = re.fullmatch(r"([ab])(\d{1,9})", cursor, re.ASCII)
    return (found[1], int(found[2])) if found else (FIRST, 0)
