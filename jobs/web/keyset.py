"""Paging by key: each page begins where another ended, so nothing is counted or skipped."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import QueryDict

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page. ``newer`` and ``older`` are query strings, empty where there is no such page."""

    rows: list[M]
    newer: str
    older: str


def newest_first(rows: QuerySet[M], query: QueryDict, size: int) -> Page[M]:
    """The page that ``?before=<id>`` or ``?after=<id>`` asks for, else the first.

    Ids grow with time (UUID version 7). An id that can't be read asks for the first page.
    """
    before, after = _id(query.get("before")), _id(query.get("after"))
    if after and not before:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        shown = found[:size][::-1]
        return _page(shown, query, newer=len(found) > size, older=bool(shown))
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: size + 1])
    return _page(found[:size], query, newer=bool(before and found), older=len(found) > size)


def _page(shown: list[M], query: QueryDict, *, newer: bool, older: bool) -> Page[M]:
    return Page(
        shown,
        _with(query, "after", shown[0].pk) if newer else "",
        _with(query, "before", shown[-1].pk) if older else "",
    )


def _with(query: QueryDict, name: str, value: Any) -> str:
    changed = query.copy()
    for other in ("before", "after", "live"):
        changed.pop(other, None)
    changed[name] = str(value)
    return changed.urlencode()


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
