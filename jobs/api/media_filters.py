"""Filters of the library."""

import django_filters
from django import forms
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field

from jobs.api.job_filters import storable
from jobs.library import listing
from jobs.models import Media, Tag


class MediaFilters(django_filters.FilterSet):
    """Filters of the library."""

    q = django_filters.CharFilter(
        method="by_text", max_length=200, label="In the file name or the text prompt"
    )
    filename = django_filters.CharFilter(max_length=255, label="Exact file name")
    annotated = django_filters.TypedChoiceFilter(
        method="by_annotations",
        choices=[("true", "yes"), ("false", "no")],
        coerce=lambda word: word == "true",
        label="With annotations",
    )
    tag = django_filters.CharFilter(method="by_tag", max_length=Tag.MAX_LENGTH, label="Tag")
    created_after = django_filters.IsoDateTimeFilter(
        "created_at", "gte", label="Created at or after", validators=[storable]
    )
    created_before = django_filters.IsoDateTimeFilter(
        "created_at", "lt", label="Created before", validators=[storable]
    )

    class Meta:
        model = Media
        fields: list[str] = []
        form = forms.Form

    def by_text(self, media: QuerySet[Media], _name: str, text: str) -> QuerySet[Media]:
        """Those whose name or prompt contains the text."""
        return listing.matching(media, text)

    @extend_schema_field(bool)
    def by_annotations(self, media: QuerySet[Media], _name: str, yes: bool) -> QuerySet[Media]:
        """Those with annotations, or those without."""
        return listing.annotated(media, yes)

    def by_tag(self, media: QuerySet[Media], _name: str, tag: str) -> QuerySet[Media]:
        """Those with this tag."""
        return listing.tagged(media, tag)
