"""Updates the plugins' rows to match what the registry finds."""

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from plugins_app.finding import registry
from plugins_app.finding.descriptions import is_described
from plugins_app.finding.registry import BrokenPlugin, InstalledPlugin
from plugins_app.host.description import describe
from plugins_app.models import Plugin

log = logging.getLogger(__name__)


@dataclass
class SyncReport:
    """Plugin ids by what happened to them. ``broken`` has the error for each id."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)


def describe_packages(folder: Path | None = None) -> None:
    """Let new packages without a manifest describe themselves, each in its own host.

    These are the packages in ``folder``, installed or not, or else all that the registry finds.
    """
    for package in registry.packages_without_manifest(folder):
        if not is_described(package):
            log.info("Starting the plugin %s once, to let it describe itself.", package.name)
            describe(package)


def sync_plugins(using: str = "default") -> SyncReport:
    """Write a row for each plugin found, and mark the rows of missing ones as removed.

    The operator's decisions (``enabled``, ``paused``) are kept. Running it again changes nothing.
    """
    registry.refresh()
    wanted = _rows(registry.discover())
    report = SyncReport()
    with transaction.atomic(using=using):
        rows = {row.pk: row for row in Plugin.objects.using(using).select_for_update()}
        for plugin_id, values in wanted.items():
            _write(plugin_id, values, rows.get(plugin_id), using, report)
        gone = [key for key, row in rows.items() if key not in wanted and not row.removed]
        Plugin.objects.using(using).filter(pk__in=gone).update(
            removed=True, available=False, reason="The plugin is no longer installed."
        )
        report.removed = gone
    report.broken = {k: v["reason"] for k, v in wanted.items() if not v["manifest"]}
    return report


def sync_after_migrate(using: str) -> None:
    """Sync after ``migrate``, which must succeed even if this fails."""
    if Plugin._meta.db_table not in connections[using].introspection.table_names():
        return  # migrated backwards
    try:
        sync_plugins(using)
    except (DatabaseError, OSError):
        log.exception("The plugins could not be synced; run manage.py plugins sync.")


def _rows(found: list[InstalledPlugin | BrokenPlugin]) -> dict[str, dict[str, Any]]:
    """The columns by id. A broken plugin never replaces a working one."""
    rows: dict[str, dict[str, Any]] = {}
    for plugin in found:
        if isinstance(plugin, InstalledPlugin):
            rows[plugin.id] = _sound(plugin)
    for plugin in found:
        if isinstance(plugin, BrokenPlugin):
            rows[_free_id(plugin.id, rows)] = _broken(plugin)
    return rows


def _free_id(wish: str, taken: dict[str, Any]) -> str:
    name, number = wish[:60].replace("\0", ""), 2
    while name in taken:
        name, number = f"{wish[:60]}~{number}", number + 1
    return name


def _sound(plugin: InstalledPlugin) -> dict[str, Any]:
    return {
        "name": plugin.manifest.name,
        "version": plugin.manifest.version,
        "source": plugin.source,
        "code_digest": plugin.code_digest,
        "manifest": plugin.manifest.canonical(),
        "available": not plugin.unavailable_reason,
        "reason": plugin.unavailable_reason,
        "internal": plugin.manifest.internal,
        "removed": False,
    }


def _broken(plugin: BrokenPlugin) -> dict[str, Any]:
    return {
        "name": plugin.id[:200],
        "version": "",
        "source": plugin.source,
        "code_digest": "",
        "manifest": {},
        "available": False,
        "reason": plugin.error,
        "internal": False,
        "removed": False,
    }


def _write(
    plugin_id: str, values: dict[str, Any], row: Plugin | None, using: str, report: SyncReport
) -> None:
    now = timezone.now()
    if row is None:
        Plugin.objects.using(using).create(pk=plugin_id, synced_at=now, **values)
        report.added.append(plugin_id)
        return
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if "code_digest" in changed:  # the error came from the old code
        changed |= {"last_error": "", "last_error_at": None}
    Plugin.objects.using(using).filter(pk=plugin_id).update(synced_at=now, **changed)
    (report.updated if changed else report.unchanged).append(plugin_id)
