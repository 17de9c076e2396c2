"""The list of one's jobs, newest first, with filters."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jobs.models import Job, JobItem, JobStatus, MediaKind
from jobs.results.state import states_of
from jobs.text_search import containing
from jobs.web.access import member, member_required
from jobs.web.keyset import newest_first
from jobs.web.live import live_page
from plugins_app.models import Plugin

JOBS_PER_PAGE = 25
THUMBNAILS = 4


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"


class JobFilter(django_filters.FilterSet):
    """Filters of the list; what can't be read filters nothing and is said in the form."""

    q = django_filters.CharFilter(
        method="by_filename",
        label="File name",
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "File name"}),
    )
    status = django_filters.ChoiceFilter(choices=JobStatus.choices, empty_label="Any status")
    plugin = django_filters.ChoiceFilter(
        field_name="plugin_id",
        label="Plugin",
        empty_label="Any plugin",
        choices=lambda: list(Plugin.objects.listed().order_by("name").values_list("id", "name")),
    )
    since = django_filters.DateFilter(
        field_name="created_at", lookup_expr="date__gte", label="From", widget=DateInput()
    )
    until = django_filters.DateFilter(
        field_name="created_at", lookup_expr="date__lte", label="To", widget=DateInput()
    )

    class Meta:
        model = Job
        fields: list[str] = []

    def by_filename(self, jobs: QuerySet[Job], _name: str, text: str) -> QuerySet[Job]:
        """Jobs with an input whose name contains the text."""
        items = JobItem.objects.filter(containing("media__filename", text), job=OuterRef("pk"))
        return jobs.filter(Exists(items))


@require_safe
@member_required
def job_list(request: HttpRequest) -> HttpResponse:
    """One page of the list; while something on it runs, it updates itself."""
    mine = Job.objects.filter(owner=member(request)).exclude(job_type=MediaKind.SELECTION)
    chosen = JobFilter(request.GET, queryset=mine)
    page = newest_first(chosen.qs if chosen.form.is_valid() else mine, request.GET, JOBS_PER_PAGE)
    context: dict[str, Any] = {
        "filter": chosen,
        "filtered": any(request.GET.get(name) for name in chosen.form.fields),
        "entries": _entries(page.rows),
        "page": page,
    }
    ended = all(job.is_final for job in page.rows)
    return live_page(request, "jobs/list.html", "jobs/_list.html", context, ended=ended, every_s=2)


def _entries(jobs: list[Job]) -> list[dict[str, Any]]:
    """Each job with its state and its first items, in three queries."""
    states = states_of(jobs)
    firsts: dict[object, list[JobItem]] = {job.pk: [] for job in jobs}
    for item in (
        JobItem.objects.filter(job__in=jobs, position__lt=THUMBNAILS)
        .select_related("media__blob")
        .order_by("position")
    ):
        firsts[item.job_id].append(item)
    return [{"job": job, "state": states[job.pk], "items": firsts[job.pk]} for job in jobs]
