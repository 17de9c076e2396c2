"""The library's filters, and the media that they leave."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from jobs.library import listing
from jobs.models import UPLOAD_CHOICES, Media, Tag
from plugins_app.manifests.manifest import ManifestError, Tool
from plugins_app.models import Plugin

WITH = [(listing.WITH, "With"), (listing.WITHOUT, "Without")]


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


class LibraryFilter(django_filters.FilterSet):
    """Filters of the list; what can't be read filters nothing and is said in the form."""

    q = django_filters.CharFilter(
        method="by_text",
        label="Name or text prompt",
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = django_filters.ChoiceFilter(
        field_name="blob__kind",
        label="Kind",
        choices=UPLOAD_CHOICES,
        empty_label="Images and videos",
    )
    annotated = django_filters.ChoiceFilter(
        method="by_annotations", choices=WITH, label="Annotations", empty_label="With or without"
    )
    results = django_filters.ChoiceFilter(
        method="by_results", choices=WITH, label="Results", empty_label="With or without"
    )
    tool = django_filters.ChoiceFilter(
        method="by_results", choices=tool_choices, label="Results of", empty_label="Any tool"
    )
    tag = django_filters.CharFilter(method="by_tag", label="Tag", max_length=Tag.MAX_LENGTH)

    class Meta:
        model = Media
        fields: list[str] = []

    def by_text(self, media: QuerySet[Media], _name: str, text: str) -> QuerySet[Media]:
        """Those whose name or prompt contains the text."""
        return listing.matching(media, text)

    def by_annotations(self, media: QuerySet[Media], _name: str, word: str) -> QuerySet[Media]:
        """Those with or without annotations."""
        return listing.annotated(media, word == listing.WITH)

    def by_results(self, media: QuerySet[Media], name: str, word: str) -> QuerySet[Media]:
        """Those with or without results; a tool alone means with results of it."""
        chosen = self.form.cleaned_data
        if name == "results" and chosen.get("tool"):
            return media  # said together with the tool
        tool = word if name == "tool" else ""
        yes = (chosen.get("results") or listing.WITH) == listing.WITH
        plugin_id, _, tool_id = tool.partition("/")
        return listing.with_result(media, yes, plugin_id, tool_id)

    def by_tag(self, media: QuerySet[Media], _name: str, tag: str) -> QuerySet[Media]:
        """Those with this tag."""
        return listing.tagged(media, tag)


def filtered(owner: Any, query: QueryDict) -> tuple[QuerySet[Media], LibraryFilter]:
    """The owner's media that a query string leaves, and its form."""
    mine = listing.of(owner)
    chosen = LibraryFilter(query, queryset=mine)
    return (chosen.qs if chosen.form.is_valid() else mine), chosen


def filters_only(query: QueryDict) -> str:
    """The part of a query string that filters the library, to be handed on in links."""
    kept = QueryDict(mutable=True)
    for name in LibraryFilter.base_filters:
        if query.get(name):
            kept[name] = str(query[name])
    return kept.urlencode()
