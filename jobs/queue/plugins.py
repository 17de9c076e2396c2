"""Which plugins this process may run now: installed and fit here, enabled and not paused."""

from plugins_app import registry
from plugins_app.models import Plugin
from plugins_app.registry import InstalledPlugin


def runnable() -> dict[str, InstalledPlugin]:
    """Plugins by id that a worker of this node may take items for."""
    here = {
        plugin.manifest.id: plugin
        for plugin in registry.discover()
        if isinstance(plugin, InstalledPlugin) and not plugin.unavailable_reason
    }
    allowed = Plugin.objects.filter(pk__in=here, enabled=True, paused=False)
    return {plugin_id: here[plugin_id] for plugin_id in allowed.values_list("id", flat=True)}
