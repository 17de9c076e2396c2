"""``manage.py plugins``: which plugins there are; ``plugins sync`` looks for them again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from plugins_app.models import Plugin
from plugins_app.sync import SyncReport, describe_packages, sync_plugins

COLUMNS = ("ID", "VERSION", "SOURCE", "STATE", "WHY")


class Command(BaseCommand):
    """Lists plugins, or brings the list up to date."""

    help = "List the plugins (id, version, source, state, why), or look for them again: sync."

    def add_arguments(self, parser: CommandParser) -> None:
        """One optional word."""
        parser.add_argument("action", nargs="?", choices=["list", "sync"], default="list")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        """List, or sync and say what changed. Raises CommandError before the first migrate."""
        if Plugin._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The database has no tables yet. Run: manage.py migrate")
        if action == "sync":
            describe_packages()
            self._tell(sync_plugins())
        else:
            self._list()

    def _list(self) -> None:
        rows = [
            (plugin.pk, plugin.version, plugin.source, plugin.state, plugin.reason)
            for plugin in Plugin.objects.filter(removed=False)
        ]
        if not rows:
            self.stdout.write("There are no plugins yet. Run: manage.py plugins sync")
            return
        table = [COLUMNS, *rows]
        widths = [max(len(row[column]) for row in table) for column in range(len(COLUMNS) - 1)]
        for row in table:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
            self.stdout.write("  ".join([*cells, row[-1]]).rstrip())

    def _tell(self, report: SyncReport) -> None:
        for word in ("added", "updated", "removed"):
            if names := getattr(report, word):
                self.stdout.write(f"{word}: {', '.join(names)}")
        self.stdout.write(f"{len(report.unchanged)} unchanged")
        for plugin_id, error in report.broken.items():
            self.stderr.write(self.style.ERROR(f"{plugin_id}: {error}"))
