"""Which kind of output each tool gives, for tools whose plugin is or was installed."""

from plugins_app.models import Plugin


def output_kinds() -> dict[tuple[str, str], str]:
    """``(plugin, tool)`` -> ``text``, ``masks``, ...; by aliases of a tool too, for results of old
    versions may have been made under one."""
    kinds: dict[tuple[str, str], str] = {}
    for plugin_id, manifest in Plugin.objects.values_list("id", "manifest"):
        for tool in manifest.get("tools", []):
            for name in (*tool.get("aliases", []), tool["id"]):
                kinds[plugin_id, name] = tool.get("output", "json")
    return kinds
