"""Jobs: what was asked for, how far it is, what came of it."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from jobs.admin import display
from jobs.admin.filters import CreatedFilter, JobTypeFilter, PluginFilter
from jobs.admin.links import staff_links
from jobs.admin.read_only import MOST_AT_ONCE, ReadOnlyAdmin
from jobs.admin.search import jobs_matching
from jobs.admin.timeline import run_time, timeline
from jobs.diagnosis import blocked_reason
from jobs.engine import lifecycle
from jobs.models import ItemStatus, Job, JobItem
from jobs.showing.item_view import item_view

MOST_ITEMS = 50
"""A job's page lists so many items; beyond that it links to the list of items."""


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = (
        "thumbnail",
        "name",
        "state",
        "owner",
        "progress",
        "created",
        "run_time",
    )
    list_display_links = ("name",)
    list_filter = ("status", PluginFilter, JobTypeFilter, CreatedFilter)
    list_select_related = ("owner",)
    search_fields = ("id",)  # the box; what it searches is in matching
    search_help_text = "Plugin, owner, file name, or the beginning of a job's id."
    sortable_by = ()
    actions = ("cancel_selected",)
    change_form_template = "admin/jobs/job/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the cancel button to the usual pages."""
        view = self.admin_site.admin_view(self.cancel_view)
        return [path("<uuid:pk>/cancel/", view, name="jobs_job_cancel"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Fetch the first item's input, which the list shows."""
        first = JobItem.objects.filter(position=0).select_related("media__blob")
        first = first.only("job", "position", "media__filename", "media__blob__thumbnail")
        jobs = super().get_queryset(request).select_related("owner")
        return jobs.prefetch_related(Prefetch("items", queryset=first, to_attr="first_items"))

    def matching(self, word: str) -> Q:
        """By identifier, plugin, owner or file name."""
        return jobs_matching(word)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Show pictures only to people who may see them."""
        may_see = request.user.has_perm("jobs.view_media")
        return tuple(name for name in self.list_display if may_see or name != "thumbnail")

    @admin.display(description="picture")
    def thumbnail(self, job: Any) -> SafeString | str:
        return display.thumbnail(job.first_items[0].media if job.first_items else None)

    @admin.display(description="plugin and tools")
    def name(self, job: Job) -> str:
        return str(job)

    @admin.display(description="status")
    def state(self, job: Job) -> SafeString:
        return display.badge(job.status, job.get_status_display())

    @admin.display(description="items")
    def progress(self, job: Job) -> str:
        return f"{job.ended} / {job.total}"

    @admin.display(description="created")
    def created(self, job: Job) -> str:
        return display.moment(job.created_at)

    @admin.display(description="run time")
    def run_time(self, job: Job) -> str:
        """Time from its start to its end, or until now."""
        return run_time(job)

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        """People with Django's permission to change jobs may cancel them."""
        return request.user.has_perm("jobs.change_job")

    @admin.action(description="Cancel selected jobs", permissions=["cancel"])
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Cancel the selected jobs and say how many had already ended."""
        chosen = list(queryset.order_by("pk")[: MOST_AT_ONCE + 1])
        canceled = sum(self._cancel(request, job) for job in chosen[:MOST_AT_ONCE])
        ended = len(chosen[:MOST_AT_ONCE]) - canceled
        if canceled:
            self.message_user(request, f"Canceled: {canceled}.", messages.SUCCESS)
        if ended:
            text = f"Not canceled, because they had ended already: {ended}."
            self.message_user(request, text, messages.WARNING)
        if len(chosen) > MOST_AT_ONCE:
            text = f"Only the first {MOST_AT_ONCE} were looked at. Repeat the action for the rest."
            self.message_user(request, text, messages.WARNING)

    def cancel_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The button of a job's page."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_cancel_permission(request):
            raise PermissionDenied
        job = get_object_or_404(Job, pk=pk)
        if self._cancel(request, job):
            self.message_user(request, "The job was canceled.", messages.SUCCESS)
        else:
            text = "The job had ended already, so there was nothing to cancel."
            self.message_user(request, text, messages.WARNING)
        return redirect("admin:jobs_job_change", pk)

    def _cancel(self, request: HttpRequest, job: Job) -> bool:
        canceled = lifecycle.cancel(job)
        if canceled:
            self.log_change(request, job, "Canceled.")
        return canceled

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        job: Job = context["original"]
        context |= {
            "job": job,
            "state": self.state(job),
            "timeline": timeline(job),
            "blocked": blocked_reason(job),
            "params": display.pretty(job.params),
            "tool_params": display.pretty(job.tool_params),
            "may_cancel": not job.is_final and self.has_cancel_permission(request),
        }
        if request.user.has_perm("jobs.view_jobitem"):
            context |= self._items(request, job)
        return super().render_change_form(request, context, *args, **kwargs)

    def _items(self, request: HttpRequest, job: Job) -> dict[str, Any]:
        """One item in full, several as a table, or only their number by state."""
        items = job.items.select_related("media__blob").order_by("position")
        if job.total == 1:
            item = items.select_related("job").get()
            return {"item": item, "view": item_view(item, staff_links(request, item))}
        counts = dict(job.items.values_list("status").annotate(Count("pk")).order_by())
        return {
            "counts": [
                (display.badge(status, status.label), counts[status])
                for status in ItemStatus
                if status in counts
            ],
            "items": [
                {
                    "item": item,
                    "state": display.badge(item.status, item.get_status_display()),
                    "thumbnail": display.thumbnail(item.media),
                    "run_time": run_time(item),
                }
                for item in (items if job.total <= MOST_ITEMS else ())
            ],
        }
