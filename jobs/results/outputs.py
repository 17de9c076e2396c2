"""What tools are and were called, and what they give: of plugins that are or were installed."""

from collections.abc import Iterator
from typing import Any

from plugins_app.manifests.manifest import ManifestError, Tool, UnknownTool
from plugins_app.models import Plugin

Named = tuple[str, str]
"""A plugin and a tool, by their ids. Also by a tool's aliases, because results of older versions
may name a tool by one."""


def output_kinds() -> dict[Named, str]:
    """``(plugin, tool)`` -> ``text``, ``masks``, ... One query."""
    return {name: tool.get("output", "json") for name, tool in _declared()}


def tool_titles() -> dict[Named, str]:
    """``(plugin, tool)`` -> title. One query."""
    return {name: tool.get("title") or tool["id"] for name, tool in _declared()}


def find_tool(plugin_id: str, tool_id: str) -> Tool | None:
    """The tool as the installed plugin declares it, or None if it no longer is."""
    plugin = Plugin.objects.filter(pk=plugin_id).first()
    if plugin is None:
        return None
    try:
        return plugin.parsed_manifest.tool(tool_id)
    except (ManifestError, UnknownTool):
        return None


def _declared() -> Iterator[tuple[Named, dict[str, Any]]]:
    for plugin_id, manifest in Plugin.objects.values_list("id", "manifest"):
        for tool in manifest.get("tools", []):
            for name in (*tool.get("aliases", []), tool["id"]):
                yield (plugin_id, name), tool
