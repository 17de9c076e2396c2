"""The library's filters, and the media that match them."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import extend_schema_field

from jobs.library import listing
from jobs.list_filters import ListFilters, before, since, tool_filter
from jobs.models import UPLOAD_CHOICES, Media, Tag


def _yes_no(label: str, method: str) -> django_filters.TypedChoiceFilter:
    return django_filters.TypedChoiceFilter(
        method=method,
        choices=[("", "With or without"), ("true", "With"), ("false", "Without")],
        coerce=lambda word: word == "true",
        label=label,
    )


def _word(text: str) -> str:
    return {"with": "true", "without": "false"}.get(text, text)


class MediaFilters(ListFilters):
    """Filters for media of one kind."""

    q = django_filters.CharFilter(
        method="by_text",
        max_length=200,
        label="In the file name or the text prompt",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    filename = django_filters.CharFilter(max_length=255, label="Exact file name")
    annotated = _yes_no("With annotations", "by_annotations")
    results = _yes_no("With results", "with_or_without")
    tool = tool_filter(method="of_tool", label="With results of this tool")
    tag = django_filters.CharFilter(method="by_tag", max_length=Tag.MAX_LENGTH, label="Tag")
    created_after = since()
    created_before = before()

    class Meta:
        model = Media
        fields: list[str] = []

    def by_text(self, media: QuerySet[Media], _name: str, text: str) -> QuerySet[Media]:
        return listing.matching(media, text)

    @extend_schema_field(bool)
    def by_annotations(self, media: QuerySet[Media], _name: str, yes: bool) -> QuerySet[Media]:
        return listing.annotated(media, yes)

    @extend_schema_field({"type": "boolean", "description": "With results, or without"})
    def with_or_without(self, media: QuerySet[Media], _name: str, yes: bool) -> QuerySet[Media]:
        """Media with or without results; only results of ``tool``, if that filter is set."""
        return listing.with_result(media, yes, self.form.cleaned_data["tool"])

    def of_tool(self, media: QuerySet[Media], _name: str, tool: str) -> QuerySet[Media]:
        """Media with results of this tool; no effect if ``results`` is set: it covers both."""
        combined = self.form.cleaned_data["results"] != ""
        return media if combined else listing.with_result(media, True, tool)

    def by_tag(self, media: QuerySet[Media], _name: str, tag: str) -> QuerySet[Media]:
        return listing.tagged(media, tag)


class LibraryFilters(MediaFilters):
    """Filters for media of every kind, as the library page lists them."""

    kind = django_filters.ChoiceFilter(
        field_name="blob__kind", choices=UPLOAD_CHOICES, empty_label="Images and videos"
    )

    on_page = {
        "q": "Name or text prompt",
        "kind": "Kind",
        "annotated": "Annotations",
        "results": "Results",
        "tool": "Results of",
        "tag": "Tag",
        "created_after": "From",
        "created_before": "Before",
    }
    earlier = {"annotated": ("annotated", _word), "results": ("results", _word)}


def filters_only(query: QueryDict) -> str:
    """The part of a query string that filters the library, for use in links."""
    return LibraryFilters.of_page(query, Media.objects.none()).address


def filtered(owner: Any, query: QueryDict) -> LibraryFilters:
    """The filters in a query string, applied to the owner's media."""
    return LibraryFilters.of_page(query, listing.of(owner))
