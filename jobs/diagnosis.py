"""Why jobs wait, and what is wrong with the queue, in sentences that say what to do.

Users see one sentence about their own job; staff and ``manage.py doctor`` see the whole list. Both
come from the same checks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from forgesyte import __version__
from jobs.models import ItemStatus, Job, JobItem, JobStatus, Pause, Worker
from plugins_app.models import Plugin


@dataclass(frozen=True)
class Problem:
    """Something that prevents work from being done, and what to do about it."""

    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()


def blocked_reason(job: Job) -> str | None:
    """The first thing that keeps a pending job from starting; None once it has started.

    Of the items ahead of it, only the owner's are counted: other users' work is not revealed.
    """
    if job.status != JobStatus.PENDING:
        return None
    item = job.items.filter(status=ItemStatus.PENDING).order_by("turn").first()
    return what_blocks(item).what if item else None


def what_blocks(item: JobItem) -> Problem:
    """Why this pending item is not running; if nothing blocks it, that it waits for its turn."""
    workers = list(Worker.objects.alive())
    return (
        _plugin_problem(item.plugin_id)
        or _pause_problem(item.lane)
        or _worker_problem(workers, item.lane, item.plugin_id)
        or _timer(item)
        or _turn(item)
    )


def server_problems() -> list[Problem]:
    """Everything that is wrong with the queue as a whole, worst first."""
    return list(_server_problems())


def standstill() -> list[Problem]:
    """What keeps all jobs waiting; all users may know this part."""
    problems = []
    if not Worker.objects.alive().exists():
        problems.append(_no_worker())
    problems += [_paused(pause) for pause in Pause.objects.filter(lane=Pause.EVERYTHING)]
    return problems


def _server_problems() -> Iterator[Problem]:
    workers = list(Worker.objects.alive())
    if not workers:
        yield _no_worker()
    for pause in Pause.objects.all():
        yield _paused(pause)
    for worker in workers:
        if worker.disk_is_full:
            yield _disk_full(worker)
        if worker.version != __version__:
            yield Problem(
                f"The worker {worker} runs version {worker.version}, the server {__version__}.",
                "Update the older one and restart it.",
            )
        yield from _plugins_differ(worker)
    waiting = JobItem.objects.filter(status=ItemStatus.PENDING).order_by()
    wanted = waiting.values_list("lane", "plugin_id").distinct()
    # In two halves, because each of them has an index.
    ready, later = (wanted.filter(run_after__isnull=is_ready) for is_ready in (True, False))
    for lane, plugin_id in sorted({*ready, *later}):
        problem = _plugin_problem(plugin_id)
        if not problem and workers:
            problem = _worker_problem(workers, lane, plugin_id)
        if problem:
            yield problem
    stale = JobItem.objects.filter(status=ItemStatus.RUNNING, lease_until__lt=timezone.now())
    if count := stale.count():
        yield Problem(
            f"{count} running items have had no heartbeat for longer than their lease.",
            "A running worker recovers them within seconds; start one if there is none.",
        )


def _plugins_differ(worker: Worker) -> Iterator[Problem]:
    rows = Plugin.objects.filter(pk__in=worker.plugins).exclude(code_digest="")
    for row in rows.exclude(removed=True):
        if worker.plugins[row.pk]["digest"] != row.code_digest:
            yield Problem(
                f"The plugin {row.pk!r} on the worker {worker} differs from the server's.",
                "Install the same version on both and run `manage.py plugins sync` there.",
            )


def _no_worker() -> Problem:
    return Problem("No worker is running.", "Start one with `make worker`.")


def _paused(pause: Pause) -> Problem:
    note = f" ({pause.note})" if pause.note else ""
    what = "Everything" if pause.lane == Pause.EVERYTHING else f"The lane {pause.lane!r}"
    return Problem(f"{what} is paused{note}.", f"Resume it with `manage.py resume {pause.lane}`.")


def _disk_full(worker: Worker) -> Problem:
    return Problem(
        f"The disk of the worker {worker} is nearly full, so it takes no items.",
        "Free some space, or lower FREE_DISK_FLOOR_MB.",
    )


def _plugin_problem(plugin_id: str) -> Problem | None:
    plugin = Plugin.objects.filter(pk=plugin_id).first()
    if plugin is None or plugin.removed:
        return Problem(
            f"The plugin {plugin_id!r} is no longer installed.",
            "Install it again, or cancel the jobs that need it.",
        )
    if not plugin.enabled:
        return Problem(
            f"The plugin {plugin_id!r} is switched off.", "Switch it on in the admin under Plugins."
        )
    if plugin.paused:
        return Problem(
            f"The plugin {plugin_id!r} is paused.", "Resume it in the admin under Plugins."
        )
    return None


def _pause_problem(lane: str) -> Problem | None:
    pause = Pause.objects.filter(lane__in=[Pause.EVERYTHING, lane]).first()
    return _paused(pause) if pause else None


def _worker_problem(workers: list[Worker], lane: str, plugin_id: str) -> Problem | None:
    if not workers:
        return _no_worker()
    serving = [worker for worker in workers if lane in worker.lanes]
    if not serving:
        return Problem(
            f"No running worker serves the lane {lane!r}.",
            f"Start one with `WORKER_LANES={lane} make worker`.",
        )
    able = [worker for worker in serving if plugin_id in worker.plugins]
    if not able:
        return Problem(
            f"No running worker has the plugin {plugin_id!r}.",
            "Install it where a worker runs; `manage.py plugins` there lists what is missing.",
        )
    if all(worker.disk_is_full for worker in able):
        return _disk_full(able[0])
    return None


def _timer(item: JobItem) -> Problem | None:
    if item.run_after is None:
        return None
    seconds = max(0, round((item.run_after - timezone.now()).total_seconds()))
    return Problem(f"It will be retried in {seconds} s. {item.error_message}".strip(), "")


def _turn(item: JobItem) -> Problem:
    ahead = JobItem.objects.filter(
        job__owner_id=item.job.owner_id,
        status__in=(ItemStatus.PENDING, ItemStatus.RUNNING),
        turn__lt=item.turn,
    ).count()
    if ahead:
        return Problem(
            f"{ahead} of your own items {'is' if ahead == 1 else 'are'} ahead of it.", ""
        )
    return Problem("It is waiting for a free worker.", "")
