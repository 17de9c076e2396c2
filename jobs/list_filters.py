"""What list filters share. Each list has one set of filters, for its page and for the API.

The names are the API's. Pages also accept their former names, so that old links still work.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Self

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import BoundField
from django.http import QueryDict
from django.utils.choices import CallableChoiceIterator

from plugins_app.manifests.manifest import ManifestError, Tool
from plugins_app.models import Plugin

EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
NAME_LENGTH = 64
Choices = Iterable[tuple[str, str]]


class ListFilters(django_filters.FilterSet):
    """``on_page``: fields of the page's form, with their labels; others appear only when used.

    ``earlier``: a page's former name of a filter -> the current name, and a function that converts
    the former value to the current one.
    """

    on_page: ClassVar[dict[str, str]] = {}
    earlier: ClassVar[dict[str, tuple[str, Callable[[str], str]]]] = {}

    @classmethod
    def of_page(cls, query: QueryDict, rows: QuerySet[Any]) -> Self:
        """The filters given in a page's query string, applied to these rows."""
        today = query.copy()
        for old, (name, value_of) in cls.earlier.items():
            if old in today:
                text = value_of(str(today.pop(old)[-1]))
                today.setdefault(name, text)
        return cls(today, queryset=rows)

    @property
    def rows(self) -> QuerySet[Any]:
        """The matching rows; all rows if a filter is invalid, in which case the form says so."""
        return self.qs if self.is_valid() else self.queryset

    @property
    def used(self) -> list[str]:
        """The names of the filters that were given."""
        return [name for name in self.filters if self.data.get(name)]

    @property
    def fields(self) -> list[BoundField]:
        """The fields that the page's form shows."""
        names = [*self.on_page, *(name for name in self.used if name not in self.on_page)]
        fields = [self.form[name] for name in names]
        for field in fields:
            field.label = self.on_page.get(field.name, field.label)
        return fields

    @property
    def address(self) -> str:
        """The filters that were given, as a query string for links."""
        kept = QueryDict(mutable=True)
        for name in self.used:
            kept[name] = str(self.data[name])
        return kept.urlencode()


class OfferedSelect(forms.Select):
    """A select that evaluates its choices once, when it is rendered."""

    def use_required_attribute(self, initial: Any) -> bool:
        """Always False: Django would evaluate the choices to see whether the first is empty."""
        return False


class OfferedField(forms.CharField):
    """Accepts any text; a form offers the existing values, looked up when it is rendered."""

    def __init__(self, *, offered: Callable[[], Choices], empty_label: str, **more: Any) -> None:
        choices = CallableChoiceIterator(lambda: [("", empty_label), *offered()])
        super().__init__(widget=OfferedSelect(choices=choices), **more)


class OfferedFilter(django_filters.CharFilter):
    field_class = OfferedField


class DayInput(forms.DateInput):
    """The browser's date picker; a text field if the value has a time of day as well."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        is_day = not value or re.fullmatch(r"\d{4}-\d\d-\d\d", str(value))
        context["widget"]["type"] = "date" if is_day else "text"
        return context


def since(field: str = "created_at") -> django_filters.IsoDateTimeFilter:
    return _moment(field, "gte", "Created at or after")


def before(field: str = "created_at") -> django_filters.IsoDateTimeFilter:
    return _moment(field, "lt", "Created before")


def of_tool(text: str) -> Q:
    """Condition for a tool's items, by the tool's name or by ``plugin/tool``."""
    plugin_id, _, tool = text.rpartition("/")
    return Q(plugin_id=plugin_id, tool=tool) if plugin_id else Q(tool=tool)


def tool_filter(**more: Any) -> OfferedFilter:
    """A filter by a tool's name, or by ``plugin/tool``."""
    length = 2 * NAME_LENGTH + 1
    return OfferedFilter(max_length=length, offered=tool_choices, empty_label="Any tool", **more)


def plugin_filter() -> OfferedFilter:
    return OfferedFilter(
        field_name="plugin_id",
        max_length=NAME_LENGTH,
        offered=lambda: Plugin.objects.listed().order_by("name").values_list("id", "name"),
        empty_label="Any plugin",
    )


def tool_choices() -> list[tuple[str, str]]:
    """Every tool of every listed plugin, as pairs of ``plugin/tool`` and its title."""
    return [(key, f"{tool.title} ({name})") for key, (tool, name) in known_tools().items()]


def known_tools() -> dict[str, tuple[Tool, str]]:
    """Every tool of every listed plugin: ``plugin/tool`` -> the tool and its plugin's name."""
    found: dict[str, tuple[Tool, str]] = {}
    for plugin in Plugin.objects.listed().order_by("name"):
        try:
            tools = plugin.parsed_manifest.tools
        except ManifestError:
            continue
        found |= {f"{plugin.pk}/{tool.id}": (tool, plugin.name) for tool in tools}
    return found


def day_after(text: str) -> str:
    """The following day, both as ``2026-01-31``; text that isn't a date is returned unchanged."""
    try:
        return (date.fromisoformat(text) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return text


def _moment(field: str, lookup: str, label: str) -> django_filters.IsoDateTimeFilter:
    return django_filters.IsoDateTimeFilter(
        field, lookup, label=label, validators=[_storable], widget=DayInput
    )


def _storable(moment: datetime) -> None:
    """Raises ValidationError at the ends of the calendar, which databases can't convert to UTC."""
    if not EARLIEST <= moment <= LATEST:
        raise ValidationError("This time is out of range.")
