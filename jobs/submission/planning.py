"""Planning: what was asked for, checked against the plugin, before anything is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jobs.models import Priority, Worker
from jobs.submission.errors import SubmissionError
from plugins_app.manifest import Manifest, Tool, UnknownTool, parse_manifest
from plugins_app.models import Plugin
from plugins_app.params import InvalidParams, normalise


@dataclass(frozen=True)
class Plan:
    """A checked request: what to run, on which kind of media, with which parameters."""

    manifest: Manifest
    tools: tuple[Tool, ...]
    params: dict[str, Any]
    tool_params: dict[str, dict[str, Any]]
    priority: int = Priority.NORMAL
    deadline_s: int | None = None
    only_changed: bool = False


def plan(
    plugin_id: str,
    kind: str,
    *,
    tools: Sequence[str] = (),
    capabilities: Sequence[str] = (),
    params: dict[str, Any] | None = None,
    priority: int = Priority.NORMAL,
    deadline_s: int | None = None,
    only_changed: bool = False,
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
        only_changed=only_changed,
    )


def _manifest(plugin_id: str) -> Manifest:
    row = Plugin.objects.listed().resolve(plugin_id)
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
