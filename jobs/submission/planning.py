"""Planning: checks a request against the plugin before anything is stored."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from jobs.models import UPLOAD_KINDS, Priority
from jobs.refusal import Refusal, below
from jobs.submission.availability import Availability
from plugins_app.manifests.manifest import Manifest, Tool, UnknownTool, parse_manifest
from plugins_app.manifests.params import InvalidParams, normalise
from plugins_app.models import Plugin

DEFAULT = "default"
MIXED = "mixed"
"""The job type for images and videos together."""


@dataclass(frozen=True)
class Plan:
    """A checked request: which tools to run, with which parameters.

    ``params`` are the parameters as given; ``tool_params`` has each tool's own, with defaults.
    """

    manifest: Manifest
    tools: tuple[Tool, ...]
    params: dict[str, Any]
    tool_params: dict[str, dict[str, Any]]
    priority: int = Priority.NORMAL
    deadline_s: int | None = None
    only_changed: bool = False


def plan(
    plugin_id: str,
    kinds: str | Collection[str],
    *,
    tools: Sequence[str] = (),
    capabilities: Sequence[str] = (),
    params: dict[str, Any] | None = None,
    priority: int = Priority.NORMAL,
    deadline_s: int | None = None,
    only_changed: bool = False,
) -> Plan:
    """Check a request for media of these ``kinds`` (``image``, ``video``, or both).

    ``tools`` are names or aliases; alternatively, ``capabilities`` name what a tool can do.
    Without either, the default is the plugin's first tool, or the first that accepts these kinds.
    Each tool must accept all of the kinds. Raises Refusal.
    """
    manifest = _manifest(plugin_id)
    chosen = _tools(manifest, _kinds(kinds), tools, capabilities)
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
        raise Refusal(404, f"There is no plugin {plugin_id!r}. Installed: {known or 'none'}.")
    if not row.enabled:
        raise Refusal(409, f"The plugin {row.id!r} is switched off.")
    if not Availability().takes_jobs(row):
        raise Refusal(409, f"The plugin {row.id!r} is unavailable: {row.reason}")
    return parse_manifest(row.manifest)


def _kinds(given: str | Collection[str]) -> frozenset[str]:
    if given == MIXED:
        return frozenset(UPLOAD_KINDS)
    return frozenset([given] if isinstance(given, str) else given)


def _tools(
    manifest: Manifest, kinds: frozenset[str], names: Sequence[str], capabilities: Sequence[str]
) -> tuple[Tool, ...]:
    if names and capabilities:
        raise Refusal(400, "Give either tool or logical_tool_id, not both.")
    try:
        if capabilities:
            found = [manifest.tool_for_capability(word, *kinds) for word in capabilities]
        else:
            found = [_named(manifest, name, kinds) for name in names or [DEFAULT]]
    except UnknownTool as error:
        raise Refusal(404, str(error)) from error
    chosen = tuple({tool.id: tool for tool in found}.values())
    for tool in chosen:
        if not kinds <= tool.kinds:
            takes = " and ".join(sorted(tool.kinds)) or "nothing"
            given = " and ".join(sorted(kinds))
            raise Refusal(
                422, f"The tool {tool.id!r} of {manifest.id!r} takes {takes}, not {given}."
            )
    return chosen


def _named(manifest: Manifest, name: str, kinds: frozenset[str]) -> Tool:
    """The tool of this name; ``default`` means one that accepts the media, if there is one."""
    tool = manifest.tool(name)
    if name == DEFAULT and not kinds <= tool.kinds:
        return next((one for one in manifest.tools if kinds <= one.kinds), tool)
    return tool


def _tool_params(tools: Sequence[Tool], given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each tool's own parameters, with defaults, by tool id. Raises Refusal (422) if any is
    invalid or unknown to all tools."""
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
        text = "Some parameters are invalid."
        raise Refusal(422, text, below("params", sorted(errors.items())))
    return checked
