"""Items: one medium and one tool each, with the tool's result."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs import downloads
from jobs.admin import display
from jobs.admin.filters import CreatedFilter, PluginFilter, ToolFilter
from jobs.admin.links import staff_links
from jobs.admin.read_only import ReadOnlyAdmin
from jobs.admin.search import items_matching
from jobs.admin.timeline import run_time, timeline
from jobs.drawing.pictures import mask_of, overlay_of
from jobs.models import Artifact, ItemStatus, JobItem
from jobs.refusal import Refusal
from jobs.showing.item_view import item_view
from jobs.web.send import send, sends_file


@admin.register(JobItem)
class JobItemAdmin(ReadOnlyAdmin):
    """Items and their results."""

    list_display = (
        "thumbnail",
        "filename",
        "state",
        "tool_name",
        "job_link",
        "created",
        "run_time",
    )
    list_display_links = ("filename",)
    list_filter = ("status", "error_type", PluginFilter, ToolFilter, CreatedFilter)
    ordering = ("-id",)
    search_fields = ("id",)  # the box; what it searches is in matching
    search_help_text = "File name, or the beginning of the id of an item or of its job."
    sortable_by = ()
    change_form_template = "admin/jobs/jobitem/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the files of a result to the usual pages."""
        guard = self.admin_site.admin_view
        return [
            path("<uuid:pk>/result/", guard(self.result_file), name="jobs_jobitem_result"),
            path(
                "<uuid:pk>/artifacts/<uuid:artifact>/",
                guard(self.artifact_file),
                name="jobs_jobitem_artifact",
            ),
            path("<uuid:pk>/overlay/", guard(self.overlay), name="jobs_jobitem_overlay"),
            path("<uuid:pk>/mask/", guard(self.mask), name="jobs_jobitem_mask"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Fetch what every page shows: input, job and owner."""
        return super().get_queryset(request).select_related("media__blob", "job__owner")

    def matching(self, word: str) -> Q:
        """By its own or its job's identifier, or by file name."""
        return items_matching(word)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Show pictures only to people who may see them."""
        may_see = request.user.has_perm("jobs.view_media")
        return tuple(name for name in self.list_display if may_see or name != "thumbnail")

    @admin.display(description="picture")
    def thumbnail(self, item: JobItem) -> SafeString | str:
        return display.thumbnail(item.media)

    @admin.display(description="file name")
    def filename(self, item: JobItem) -> str:
        return item.media.filename

    @admin.display(description="status")
    def state(self, item: JobItem) -> SafeString:
        """The status as a badge, and why it failed."""
        shown = display.badge(item.status, item.get_status_display())
        if item.status != ItemStatus.FAILED:
            return shown
        return format_html(
            '{}<br><span class="why">{}</span>', shown, item.get_error_type_display()
        )

    @admin.display(description="tool")
    def tool_name(self, item: JobItem) -> str:
        return f"{item.plugin_id} / {item.tool}"

    @admin.display(description="job")
    def job_link(self, item: JobItem) -> SafeString:
        return display.link("admin:jobs_job_change", item.job_id, str(item.job_id)[:13])

    @admin.display(description="created")
    def created(self, item: JobItem) -> str:
        return display.moment(item.created_at)

    @admin.display(description="run time")
    def run_time(self, item: JobItem) -> str:
        """Time from its last start to its end, or until now."""
        return run_time(item)

    @sends_file
    def result_file(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The whole result, to download."""
        return send(request, downloads.result(self._item(request, pk)), max_age_s=0)

    @sends_file
    def artifact_file(self, request: HttpRequest, pk: UUID, artifact: UUID) -> HttpResponseBase:
        """One file that the tool made."""
        row = get_object_or_404(Artifact, pk=artifact, item=self._item(request, pk))
        return send(request, downloads.artifact(row), max_age_s=0)

    @sends_file
    def overlay(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The result drawn on its picture, or the picture alone if that is impossible."""
        return self._drawn(request, pk, overlay_of)

    @sends_file
    def mask(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """The masks of the result as a picture of numbers."""
        return self._drawn(request, pk, mask_of)

    def _drawn(
        self, request: HttpRequest, pk: UUID, draw: Callable[[JobItem], Artifact]
    ) -> HttpResponseBase:
        item = self._item(request, pk)
        if not request.user.has_perm("jobs.view_media"):
            raise PermissionDenied
        try:
            row = draw(item)
        except Refusal:
            return redirect("admin:jobs_media_file", item.media_id)
        return send(request, downloads.artifact(row), max_age_s=0)

    def _item(self, request: HttpRequest, pk: UUID) -> JobItem:
        if not self.has_view_permission(request):
            raise PermissionDenied
        items = JobItem.objects.select_related("media__blob")
        return get_object_or_404(items, pk=pk)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        item: JobItem = context["original"]
        siblings = JobItem.objects.filter(job=item.job_id)
        context |= {
            "item": item,
            "state": display.badge(item.status, item.get_status_display()),
            "timeline": timeline(item),
            "view": item_view(item, staff_links(request, item)),
            "number": item.position + 1,
            "previous": siblings.filter(position__lt=item.position).order_by("-position").first(),
            "next": siblings.filter(position__gt=item.position).order_by("position").first(),
        }
        return super().render_change_form(request, context, *args, **kwargs)
