"""Worker nodes: which are there, and what they can run."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from jobs.admin.display import badge, duration, moment
from jobs.admin.filters import AliveFilter
from jobs.admin.read_only import ReadOnlyAdmin
from jobs.models import Worker
from jobs.models.worker import ALIVE_FOR


def state(worker: Worker) -> SafeString:
    """``Alive``, ``Stopped`` (it signed off) or ``Lost`` (its heartbeats ended)."""
    if worker.stopped_at:
        return badge("canceled", "Stopped")
    if worker.seen_at < timezone.now() - ALIVE_FOR:
        return badge("failed", "Lost")
    return badge("completed", "Alive")


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    """Nodes as they describe themselves."""

    list_display = (
        "node",
        "worker_state",
        "heartbeat",
        "processes",
        "lane_names",
        "plugin_ids",
        "started",
    )
    list_filter = (AliveFilter,)
    sortable_by = ()
    change_form_template = "admin/jobs/worker/change_form.html"

    @admin.display(description="node")
    def node(self, worker: Worker) -> str:
        """Host and process id."""
        return str(worker)

    @admin.display(description="state")
    def worker_state(self, worker: Worker) -> SafeString:
        return state(worker)

    @admin.display(description="last heartbeat")
    def heartbeat(self, worker: Worker) -> str:
        """Time since its last heartbeat."""
        return f"{duration(timezone.now() - worker.seen_at)} ago"

    @admin.display(description="started")
    def started(self, worker: Worker) -> str:
        return moment(worker.started_at)

    @admin.display(description="lanes")
    def lane_names(self, worker: Worker) -> str:
        return ", ".join(worker.lanes)

    @admin.display(description="plugins")
    def plugin_ids(self, worker: Worker) -> str:
        return ", ".join(sorted(worker.plugins))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        worker: Worker = context["original"]
        context |= {
            "worker": worker,
            "state": state(worker),
            "heartbeat": self.heartbeat(worker),
            "plugins": sorted(worker.plugins.items()),
        }
        return super().render_change_form(request, context, *args, **kwargs)
