"""Filters whose choices cost nothing: none of them scans the table that it filters."""

import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from jobs.models import Worker
from plugins_app.models import Plugin


class PluginFilter(admin.SimpleListFilter):
    """By plugin: those that are or were installed."""

    title = "plugin"
    parameter_name = "plugin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return Plugin.objects.filter(internal=False).order_by("id").values_list("id", "name")

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(plugin_id=self.value()) if self.value() else queryset


class ToolFilter(admin.SimpleListFilter):
    """By tool: those that the plugins' manifests name."""

    title = "tool"
    parameter_name = "tool"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        rows = Plugin.objects.filter(internal=False).values_list("manifest", flat=True)
        tools = {tool["id"] for manifest in rows for tool in manifest.get("tools", [])}
        return [(tool, tool) for tool in sorted(tools)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(tool=self.value()) if self.value() else queryset


class JobTypeFilter(admin.SimpleListFilter):
    """By the kind of a job's media."""

    title = "job type"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [("image", "Image"), ("video", "Video"), ("mixed", "Mixed"), ("selection", "Export")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(job_type=self.value()) if self.value() else queryset


class AliveFilter(admin.SimpleListFilter):
    """Workers by whether they send heartbeats."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [("alive", "Alive"), ("gone", "Stopped or lost")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        alive = Worker.objects.alive().values("pk")
        if self.value() == "alive":
            return queryset.filter(pk__in=alive)
        if self.value() == "gone":
            return queryset.exclude(pk__in=alive)
        return queryset


class CreatedFilter(admin.SimpleListFilter):
    """From years down to days. Identifiers begin with their time, so their index serves it.

    Django's own date hierarchy queries every day that has rows: 0.75 s for 100,000 rows.
    """

    title = "created"
    parameter_name = "created"
    template = "admin/filter.html"

    def has_output(self) -> bool:
        return True

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """The years, from the first row to today."""
        first = model_admin.model.objects.order_by("pk").values_list("created_at", flat=True)[:1]
        self.first = next(iter(first), timezone.now())
        return []

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        """The enclosing spans, the chosen span, and the spans within it."""
        chosen = self.value() or ""
        for value, text in [("", "Any time"), *self._above(chosen), *self._within(chosen)]:
            yield {
                "selected": value == chosen,
                "query_string": changelist.get_query_string(
                    {self.parameter_name: value} if value else {},
                    [] if value else [self.parameter_name],
                ),
                "display": text,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not (value := self.value()):
            return queryset
        start, end = span(value)
        return queryset.filter(pk__gte=first_id(start), pk__lt=first_id(end))

    def _above(self, chosen: str) -> list[tuple[str, str]]:
        """The spans around the chosen one, and itself."""
        cuts = [4, 7, 10]
        return [(chosen[:cut], name(chosen[:cut])) for cut in cuts if cut <= len(chosen)]

    def _within(self, chosen: str) -> list[tuple[str, str]]:
        """Years, the months of a year, the days of a month; only those with a chance of rows."""
        first, last = timezone.localtime(self.first), timezone.localtime()
        if not chosen:
            spans = [f"{year:04}" for year in range(first.year, last.year + 1)]
        elif len(chosen) == 4:
            spans = [f"{chosen}-{month:02}" for month in range(1, 13)]
        elif len(chosen) == 7:
            year, month = map(int, chosen.split("-"))
            days = calendar.monthrange(year, month)[1]
            spans = [f"{chosen}-{day:02}" for day in range(1, days + 1)]
        else:
            return []
        possible = [each for each in spans if span(each)[0] <= last and span(each)[1] > first]
        return [(each, name(each)) for each in possible]


def span(value: str) -> tuple[datetime, datetime]:
    """Start and end of ``2026``, ``2026-11`` or ``2026-11-20``.

    Raises IncorrectLookupParameters for anything else.
    """
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", value, re.ASCII):
        raise IncorrectLookupParameters
    parts = [int(part) for part in value.split("-")]
    year, month, day = (*parts, 1, 1)[:3]
    try:
        start = datetime(year, month, day, tzinfo=timezone.get_current_timezone())
        if len(parts) == 3:
            return start, start + timedelta(days=1)
        if len(parts) == 2:
            return start, (start + timedelta(days=31)).replace(day=1)
        return start, start.replace(year=start.year + 1)
    except (ValueError, OverflowError) as error:
        raise IncorrectLookupParameters from error


def name(value: str) -> str:
    """A span as people write it."""
    start, _ = span(value)
    return start.strftime({4: "%Y", 7: "%B %Y", 10: "%d %B %Y"}[len(value)])


def first_id(moment: datetime) -> UUID:
    """The least identifier that can be made at a moment (RFC 9562: 48 bits of milliseconds)."""
    milliseconds = min(max(int(moment.timestamp() * 1000), 0), 2**48 - 1)
    return UUID(int=milliseconds << 80)
