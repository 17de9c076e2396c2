"""The pages of exports: the list, a single export, and actions on it."""

import contextlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from jobs.diagnosis import blocked_reason
from jobs.engine import lifecycle
from jobs.engine.deletion import delete_job
from jobs.exporting import asking as exports
from jobs.models import Artifact, ItemStatus, Job, JobItem
from jobs.refusal import Refusal
from jobs.results import document
from jobs.web.access import member, member_required
from jobs.web.live import live_page, told_when_deleted
from jobs.web.paging import page_of
from plugins_app.manifests.manifest import Tool

EXPORTS_PER_PAGE = 25
ALONG = ("items__media__blob", "items__artifacts")


@dataclass(frozen=True)
class ExportView:
    """An export as pages show it."""

    job: Job
    item: JobItem
    artifact: Artifact | None
    report: dict[str, Any] | None = None

    @property
    def format(self) -> Tool | None:
        """The format; None if this version no longer has it."""
        with contextlib.suppress(Refusal):
            return exports.format_named(self.item.tool)
        return None

    @property
    def title(self) -> str:
        return self.format.title if self.format else self.item.tool

    @property
    def of(self) -> str:
        """What was selected: a file name, or the number of results."""
        return self.item.media.filename

    @property
    def file_name(self) -> str:
        return exports.file_name(self.artifact) if self.artifact else ""

    @property
    def options(self) -> list[tuple[str, Any]]:
        """The title and value of each option, sorted by name."""
        rules = self.format.params.get("properties", {}) if self.format else {}
        given = self.job.tool_params.get(self.item.tool, {})
        return [(_title(rules, name), _word(rules, name, given[name])) for name in sorted(given)]


@require_safe
@member_required
@told_when_deleted("export", "exports")
def export_page(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The export's progress, its download once it is made, and which results were left out."""
    view = _view(_own(request, export_id), with_report=True)
    context = {"export": view, "job": view.job, "blocked": blocked_reason(view.job)}
    part = "exporting/_export.html"
    return live_page(request, "exporting/export.html", part, context, ended=view.job.is_final)


@require_safe
@member_required
def export_list(request: HttpRequest) -> HttpResponse:
    """A page of the list; it refreshes itself while an export on it is being made."""
    page = page_of(_mine(request), request.GET, EXPORTS_PER_PAGE)
    context = {"page": page, "exports": [_view(job) for job in page.rows]}
    ended = all(job.is_final for job in page.rows)
    part = "exporting/_list.html"
    return live_page(request, "exporting/list.html", part, context, ended=ended, every_s=2)


@require_POST
@member_required
def cancel_export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Cancel an export that is being made."""
    job = _own(request, export_id)
    if not lifecycle.cancel(job):
        messages.info(request, "The export had already ended, so there was nothing to cancel.")
    return redirect("export", job.pk)


@require_POST
@member_required
def export_again(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Repeat an export that failed or was canceled."""
    job = _own(request, export_id)
    try:
        return redirect("export", exports.again(job).pk)
    except Refusal as error:
        messages.error(request, error.message)
        return redirect("export", job.pk)


@require_POST
@member_required
def delete_export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Delete an export and its file but keep the results."""
    delete_job(_own(request, export_id))
    messages.success(request, "The export was deleted. The results that were in it are kept.")
    return redirect("exports")


def _mine(request: HttpRequest) -> QuerySet[Job]:
    found: QuerySet[Job] = exports.exports_of(member(request)).prefetch_related(*ALONG)
    return found


def _own(request: HttpRequest, export_id: UUID) -> Job:
    return get_object_or_404(_mine(request), pk=export_id)


def _view(job: Job, *, with_report: bool = False) -> ExportView:
    item = next(iter(job.items.all()))
    made = [one for one in item.artifacts.all() if one.kind == exports.ARTIFACT_KIND]
    for one in made:
        one.item = item
    report = None
    if with_report and item.status == ItemStatus.COMPLETED:
        with contextlib.suppress(FileNotFoundError):
            report = document.load(item)
    return ExportView(job, item, made[0] if made else None, report)


def _title(rules: dict[str, Any], name: str) -> str:
    return str(rules.get(name, {}).get("title", name))


def _word(rules: dict[str, Any], name: str, value: Any) -> Any:
    """An option's value in the words of the form."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return rules.get(name, {}).get("x-labels", {}).get(value, value)
