"""What this process may currently take from the queue."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from jobs import storage
from jobs.engine.sql import Selection
from jobs.models import Pause
from plugins_app.finding import registry
from plugins_app.finding.registry import InstalledPlugin
from plugins_app.models import Plugin


@dataclass(frozen=True)
class Serving:
    """The part of the queue this node may claim, and the plugins to run it with, by id."""

    selection: Selection
    plugins: dict[str, InstalledPlugin]


def serving() -> Serving:
    """This node's lanes that are not paused; plugins that are available, enabled and not paused.

    No lanes while free disk space is below its floor, because results could not be stored.
    """
    plugins = runnable()
    lanes = () if disk_is_full() else open_lanes()
    return Serving(Selection(lanes, tuple(plugins)), plugins)


def installed() -> dict[str, InstalledPlugin]:
    """Plugins by id that are installed on this node, built-in ones too, with all they require."""
    _notice_sync()
    return {
        plugin.manifest.id: plugin
        for plugin in registry.discover()
        if isinstance(plugin, InstalledPlugin) and not plugin.unavailable_reason
    }


def _notice_sync() -> None:
    """Read the plugin folders again after each sync, no matter which process or node ran it."""
    global _synced_at
    latest = Plugin.objects.aggregate(latest=Max("synced_at"))["latest"]
    if latest != _synced_at:
        registry.refresh()
        _synced_at = latest


_synced_at: datetime | None = None


def runnable() -> dict[str, InstalledPlugin]:
    """Plugins by id that a worker of this node may take items for."""
    here = installed()
    allowed = Plugin.objects.filter(pk__in=here, enabled=True, paused=False)
    return {plugin_id: here[plugin_id] for plugin_id in allowed.values_list("id", flat=True)}


def open_lanes() -> tuple[str, ...]:
    """The lanes this node serves, except paused ones."""
    paused = set(Pause.objects.values_list("lane", flat=True))
    if Pause.EVERYTHING in paused:
        return ()
    return tuple(lane for lane in settings.WORKER_LANES if lane not in paused)


def disk_is_full() -> bool:
    """Whether free disk space is below the floor reserved for results in progress."""
    return storage.free_bytes() < settings.FREE_DISK_FLOOR_BYTES
