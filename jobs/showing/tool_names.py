"""What people call tools: by their titles, on every page."""

from typing import Any

from plugins_app.models import Plugin

Titles = dict[tuple[str, str], str]


def tool_titles() -> Titles:
    """``(plugin, tool)`` -> title, for tools whose plugin is or was installed. Includes aliases,
    because older results may name a tool by one. One query."""
    titles: Titles = {}
    for plugin_id, manifest in Plugin.objects.values_list("id", "manifest"):
        for tool in manifest.get("tools", []):
            for name in (*tool.get("aliases", []), tool["id"]):
                titles[plugin_id, name] = tool.get("title") or tool["id"]
    return titles


def titles_of(request: Any) -> Titles:
    """``tool_titles()``, queried once per request."""
    if not hasattr(request, "tool_titles"):
        request.tool_titles = tool_titles()
    titles: Titles = request.tool_titles
    return titles
