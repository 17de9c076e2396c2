"""What the filters of lists share: one set a list, for its page and for the API.

The names are the API's. A page takes its names of earlier as well, so that links go on working.
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
    """``on_page``: the fields of the page's form with their labels; others show when they are used.

    ``earlier``: a name that pages had, with today's name and how today's value is made of it.
    """

    on_page: ClassVar[dict[str, str]] = {}
    earlier: ClassVar[dict[str, tuple[str, Callable[[str], str]]]] = {}

    @classmethod
    def of_page(cls, query: QueryDict, rows: QuerySet[Any]) -> Self:
        """The filters of a page's address, over these rows."""
        today = query.copy()
        for old, (name, value_of) in cls.earlier.items():
            if old in today:
                text = value_of(str(today.pop(old)[-1]))
                today.setdefault(name, text)
        return cls(today, queryset=rows)

    @property
    def rows(self) -> QuerySet[Any]:
        """The rows that they leave; if one can't be read, all of them, and the form says so."""
        return self.qs if self.is_valid() else self.queryset

    @property
    def used(self) -> list[str]:
        """The names of those that were given."""
        return [name for name in self.filters if self.data.get(name)]

    @property
    def fields(self) -> list[BoundField]:
        """What the page's form shows."""
        names = [*self.on_page, *(name for name in self.used if name not in self.on_page)]
        fields = [self.form[name] for name in names]
        for field in fields:
            field.label = self.on_page.get(field.name, field.label)
        return fields

    @property
    def address(self) -> str:
        """Those that were given as a query string, to be handed on in links."""
        kept = QueryDict(mutable=True)
        for name in self.used:
            kept[name] = str(self.data[name])
        return kept.urlencode()


class OfferedSelect(forms.Select):
    """A select that asks for its choices once, when it is shown."""

    def use_required_attribute(self, initial: Any) -> bool:
        """No: whether the first choice is empty would be looked up to answer that."""
        return False


class OfferedField(forms.CharField):
    """Any text; a form offers what there is, which is asked for when the form is shown."""

    def __init__(self, *, offered: Callable[[], Choices], empty_label: str, **more: Any) -> None:
        choices = CallableChoiceIterator(lambda: [("", empty_label), *offered()])
        super().__init__(widget=OfferedSelect(choices=choices), **more)


class OfferedFilter(django_filters.CharFilter):
    """A filter by any text."""

    field_class = OfferedField


class DayInput(forms.DateInput):
    """The browser's own date picker; a text field where there is a time of day as well."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        is_day = not value or re.fullmatch(r"\d{4}-\d\d-\d\d", str(value))
        context["widget"]["type"] = "date" if is_day else "text"
        return context


def since(field: str = "created_at") -> django_filters.IsoDateTimeFilter:
    """From a moment on."""
    return _moment(field, "gte", "Created at or after")


def before(field: str = "created_at") -> django_filters.IsoDateTimeFilter:
    """Before a moment."""
    return _moment(field, "lt", "Created before")


def of_tool(text: str) -> Q:
    """Items of a tool: its name, or ``plugin/tool``."""
    plugin_id, _, tool = text.rpartition("/")
    return Q(plugin_id=plugin_id, tool=tool) if plugin_id else Q(tool=tool)


def tool_filter(**more: Any) -> OfferedFilter:
    """A filter by the name of a tool, or by ``plugin/tool``."""
    length = 2 * NAME_LENGTH + 1
    return OfferedFilter(max_length=length, offered=tool_choices, empty_label="Any tool", **more)


def plugin_filter() -> OfferedFilter:
    """A filter by the id of a plugin."""
    return OfferedFilter(
        field_name="plugin_id",
        max_length=NAME_LENGTH,
        offered=lambda: Plugin.objects.listed().order_by("name").values_list("id", "name"),
        empty_label="Any plugin",
    )


def tool_choices() -> list[tuple[str, str]]:
    """Every tool of every plugin that users know of, as ``plugin/tool`` and its title."""
    return [(key, f"{tool.title} ({name})") for key, (tool, name) in known_tools().items()]


def known_tools() -> dict[str, tuple[Tool, str]]:
    """The same by ``plugin/tool``: the tool itself and its plugin's name."""
    found: dict[str, tuple[Tool, str]] = {}
    for plugin in Plugin.objects.listed().order_by("name"):
        try:
            tools = plugin.parsed_manifest.tools
        except ManifestError:
            continue
        found |= {f"{plugin.pk}/{tool.id}": (tool, plugin.name) for tool in tools}
    return found


def day_after(text: str) -> str:
    """The day after a day, both as ``2026-01-31``; what is no day stays as it is."""
    try:
        return (date.fromisoformat(text) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return text


def _moment(field: str, lookup: str, label: str) -> django_filters.IsoDateTimeFilter:
    return django_filters.IsoDateTimeFilter(
        field, lookup, label=label, validators=[_storable], widget=DayInput
    )


def _storable(moment: datetime) -> None:
    """Databases can't shift times at the ends of the calendar to UTC."""
    if not EARLIEST <= moment <= LATEST:
        raise ValidationError("This time is out of range.")
