"""The output kind of each tool whose plugin is or was installed."""

from plugins_app.models import Plugin


def output_kinds() -> dict[tuple[str, str], str]:
    """``(plugin, tool)`` -> ``text``, ``masks``, ...; also by a tool's aliases, because results of
    older versions may have one of them as their tool."""
    kinds: dict[tuple[str, str], str] = {}
    for plugin_id, manifest in Plugin.objects.values_list("id", "manifest"):
        for tool in manifest.get("tools", []):
            for name in (*tool.get("aliases", []), tool["id"]):
                kinds[plugin_id, name] = tool.get("output", "json")
    return kinds
