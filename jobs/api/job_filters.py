"""Filters of the job list."""

from datetime import UTC, datetime

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet

from jobs.models import Job, JobItem, JobStatus, MediaKind
from jobs.shapes.job import JOB_TYPES

LISTED_TYPES = [kind for kind in JOB_TYPES if kind != MediaKind.SELECTION]
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def storable(moment: datetime) -> None:
    """Databases can't shift times at the ends of the calendar to UTC."""
    if not EARLIEST <= moment <= LATEST:
        raise ValidationError("This time is out of range.")


class JobFilters(django_filters.FilterSet):
    """Filters of the job list."""

    status = django_filters.ChoiceFilter(choices=JobStatus.choices)
    plugin_id = django_filters.CharFilter(max_length=64)
    tool = django_filters.CharFilter(method="with_tool", max_length=64, label="Tool")
    job_type = django_filters.ChoiceFilter(choices=[(kind, kind) for kind in LISTED_TYPES])
    created_after = django_filters.IsoDateTimeFilter(
        "created_at", "gte", label="Created at or after", validators=[storable]
    )
    created_before = django_filters.IsoDateTimeFilter(
        "created_at", "lt", label="Created before", validators=[storable]
    )

    class Meta:
        model = Job
        fields: list[str] = []
        form = forms.Form

    def with_tool(self, jobs: QuerySet[Job], _name: str, tool: str) -> QuerySet[Job]:
        """Jobs that run this tool. (SQLite can't look into the JSON list of tools.)"""
        return jobs.filter(Exists(JobItem.objects.filter(job=OuterRef("pk"), tool=tool)))
