"""Submitting: media, tools and parameters become a Job and its JobItems in one transaction.

Two steps, so that nothing is stored for a request that can't be right: ``plan`` checks what was
asked for, ``submit`` writes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs.models import Job, JobItem, Media, Priority, Worker
from jobs.queue import doorbell, fair_turn
from plugins_app.manifest import Manifest, Tool, UnknownTool, parse_manifest
from plugins_app.models import Plugin
from plugins_app.params import InvalidParams, normalise

CHUNK = 500


class SubmissionError(Exception):
    """A request that can't become a job.

    ``status`` is the HTTP status; ``errors`` are (JSON pointer, sentence) pairs.
    """

    def __init__(self, status: int, message: str, errors: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = list(errors)


@dataclass(frozen=True)
class Plan:
    """A checked request: what to run, on which kind of media, with which parameters."""

    manifest: Manifest
    tools: tuple[Tool, ...]
    params: dict[str, Any]
    tool_params: dict[str, dict[str, Any]]
    priority: int = Priority.NORMAL
    deadline_s: int | None = None


def plan(
    plugin_id: str,
    kind: str,
    *,
    tools: Sequence[str] = (),
    capabilities: Sequence[str] = (),
    params: dict[str, Any] | None = None,
    priority: int = Priority.NORMAL,
    deadline_s: int | None = None,
) -> Plan:
    """Check a request for media of one ``kind`` (``image`` or ``video``).

    ``tools`` are names or aliases, ``capabilities`` name what a tool can do instead; with
    neither, the plugin's default tool is meant. Raises SubmissionError.
    """
    manifest = _manifest(plugin_id)
    chosen = _tools(manifest, kind, tools, capabilities)
    given = params or {}
    return Plan(
        manifest,
        chosen,
        given,
        _tool_params(chosen, given),
        priority=priority,
        deadline_s=deadline_s,
    )


def submit(owner: Any, plan: Plan, media: Sequence[Media], retry_of: Job | None = None) -> Job:
    """Write the job with one item per medium and tool, and ring for a worker.

    Raises SubmissionError when there is nothing to do or too much.
    """
    total = len(media) * len(plan.tools)
    if not total:
        raise SubmissionError(400, "No file was given, so there is nothing to run.")
    if total > settings.MAX_ITEMS_PER_JOB:
        raise SubmissionError(
            413, f"{total} items are more than one job takes ({settings.MAX_ITEMS_PER_JOB})."
        )
    kinds = {medium.kind for medium in media}
    now = timezone.now()
    with transaction.atomic():
        turn = fair_turn.next_turn(owner)
        job = Job.objects.create(
            owner=owner,
            job_type=kinds.pop() if len(kinds) == 1 else "mixed",
            plugin_id=plan.manifest.id,
            plugin_version=plan.manifest.version,
            tools=[tool.id for tool in plan.tools],
            params=plan.params,
            tool_params=plan.tool_params,
            priority=plan.priority,
            turn=turn,
            total=total,
            deadline_at=now + timedelta(seconds=plan.deadline_s) if plan.deadline_s else None,
            retry_of=retry_of,
        )
        pairs = ((medium, tool) for medium in media for tool in plan.tools)
        JobItem.objects.bulk_create(
            (
                JobItem(
                    job=job,
                    media=medium,
                    position=position,
                    plugin_id=plan.manifest.id,
                    tool=tool.id,
                    lane=tool.lane,
                    priority=plan.priority,
                    turn=turn + position,
                )
                for position, (medium, tool) in enumerate(pairs)
            ),
            batch_size=CHUNK,
        )
        doorbell.ring()
    return job


def _manifest(plugin_id: str) -> Manifest:
    row = Plugin.objects.listed().filter(pk=plugin_id).first() or _by_alias(plugin_id)
    if row is None:
        known = ", ".join(Plugin.objects.listed().order_by("id").values_list("id", flat=True))
        raise SubmissionError(
            404, f"There is no plugin {plugin_id!r}. Installed: {known or 'none'}."
        )
    if not row.enabled:
        raise SubmissionError(409, f"The plugin {row.id!r} is switched off.")
    if not row.available and not _some_worker_has(row.id):
        raise SubmissionError(409, f"The plugin {row.id!r} is unavailable: {row.reason}")
    return parse_manifest(row.manifest)


def _by_alias(name: str) -> Plugin | None:
    rows = Plugin.objects.listed().order_by("id")
    return next((row for row in rows if name in row.manifest.get("aliases", [])), None)


def _some_worker_has(plugin_id: str) -> bool:
    """Whether a living worker node elsewhere can run what this node can't."""
    return any(plugin_id in worker.plugins for worker in Worker.objects.alive())


def _tools(
    manifest: Manifest, kind: str, names: Sequence[str], capabilities: Sequence[str]
) -> tuple[Tool, ...]:
    if names and capabilities:
        raise SubmissionError(400, "Give either tool or logical_tool_id, not both.")
    try:
        if capabilities:
            found = [manifest.tool_for_capability(word, kind) for word in capabilities]
        else:
            found = [manifest.tool(name) for name in names or ["default"]]
    except UnknownTool as error:
        raise SubmissionError(404, str(error)) from error
    chosen = tuple({tool.id: tool for tool in found}.values())
    for tool in chosen:
        if kind not in tool.kinds:
            takes = " and ".join(sorted(tool.kinds)) or "nothing"
            raise SubmissionError(
                422, f"The tool {tool.id!r} of {manifest.id!r} takes {takes}, not {kind}."
            )
    return chosen


def _tool_params(tools: Sequence[Tool], given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each tool's own parameters with defaults; a name that no tool knows is an error."""
    known = {name for tool in tools for name in tool.params.get("properties", {})}
    checked: dict[str, dict[str, Any]] = {}
    errors: dict[str, str] = {}
    for tool in tools:
        own = tool.params.get("properties", {})
        mine = {k: v for k, v in given.items() if k in own or k not in known}
        try:
            checked[tool.id] = normalise(tool, mine)
        except InvalidParams as error:
            errors |= dict(error.errors)
    if errors:
        raise SubmissionError(422, "Parameters are not right.", sorted(errors.items()))
    return checked
