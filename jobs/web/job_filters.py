"""The filters of the list of jobs."""

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from forgesyte.text_search import containing
from jobs.list_filters import (
    ListFilters,
    before,
    day_after,
    of_tool,
    plugin_filter,
    since,
    tool_filter,
)
from jobs.models import Job, JobItem, JobStatus, MediaKind
from jobs.shapes.job import JOB_TYPES

LISTED_TYPES = [kind for kind in JOB_TYPES if kind != MediaKind.SELECTION]


class JobFilters(ListFilters):
    """Filters of the list of jobs."""

    q = django_filters.CharFilter(
        method="by_filename",
        max_length=200,
        label="In the name of a file",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "File name"}),
    )
    status = django_filters.ChoiceFilter(choices=JobStatus.choices, empty_label="Any status")
    plugin_id = plugin_filter()
    tool = tool_filter(method="with_tool", label="Tool")
    job_type = django_filters.ChoiceFilter(
        choices=[(kind, kind) for kind in LISTED_TYPES], empty_label="Any kind"
    )
    created_after = since()
    created_before = before()

    on_page = {
        "q": "File name",
        "status": "Status",
        "plugin_id": "Plugin",
        "tool": "Tool",
        "job_type": "Kind of files",
        "created_after": "From",
        "created_before": "Before",
    }
    earlier = {
        "plugin": ("plugin_id", str),
        "since": ("created_after", str),
        "until": ("created_before", day_after),
    }

    class Meta:
        model = Job
        fields: list[str] = []

    def by_filename(self, jobs: QuerySet[Job], _name: str, text: str) -> QuerySet[Job]:
        """Jobs with an input whose name contains the text."""
        return _with_item(jobs, containing("media__filename", text))

    def with_tool(self, jobs: QuerySet[Job], _name: str, text: str) -> QuerySet[Job]:
        """Jobs that run this tool. (SQLite can't look into the JSON list of tools.)"""
        return _with_item(jobs, of_tool(text))


def _with_item(jobs: QuerySet[Job], which: Q) -> QuerySet[Job]:
    return jobs.filter(Exists(JobItem.objects.filter(which, job=OuterRef("pk"))))
