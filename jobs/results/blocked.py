"""Why a pending job waits, in a sentence."""

from django.utils import timezone

from jobs.models import ItemStatus, Job, JobItem, JobStatus, Worker
from plugins_app.models import Plugin


def blocked_reason(job: Job) -> str | None:
    """The first thing that keeps a pending job from starting; None once it has started.

    Counts only the owner's own items as standing ahead: other people's work is not shown.
    """
    if job.status != JobStatus.PENDING:
        return None
    item = job.items.filter(status=ItemStatus.PENDING).order_by("turn").first()
    if item is None:
        return None
    return _plugin_reason(item) or _worker_reason(item) or _timer_reason(item) or _turn_reason(item)


def _plugin_reason(item: JobItem) -> str | None:
    plugin = Plugin.objects.filter(pk=item.plugin_id).first()
    if plugin is None or plugin.removed:
        return f"The plugin {item.plugin_id!r} is no longer installed."
    if not plugin.enabled:
        return f"The plugin {item.plugin_id!r} is switched off."
    if plugin.paused:
        return f"The plugin {item.plugin_id!r} is paused."
    return None


def _worker_reason(item: JobItem) -> str | None:
    alive = list(Worker.objects.alive())
    if not alive:
        return "No worker is running. Start one with `make worker`."
    serving = [worker for worker in alive if item.lane in worker.lanes]
    if not serving:
        return f"No running worker serves the lane {item.lane!r}."
    if not any(item.plugin_id in worker.plugins for worker in serving):
        return f"No running worker has the plugin {item.plugin_id!r}."
    return None


def _timer_reason(item: JobItem) -> str | None:
    if item.run_after is None:
        return None
    seconds = max(0, round((item.run_after - timezone.now()).total_seconds()))
    return f"It is tried again in {seconds} s: {item.error_message}"


def _turn_reason(item: JobItem) -> str | None:
    ahead = JobItem.objects.filter(
        job__owner_id=item.job.owner_id,
        status__in=(ItemStatus.PENDING, ItemStatus.RUNNING),
        turn__lt=item.turn,
    ).count()
    if ahead:
        return f"{ahead} of your own items are ahead of it."
    return "It waits for a free worker."
