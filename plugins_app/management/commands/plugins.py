"""``manage.py plugins``: lists, syncs and checks plugins, and prints JSON Schemas."""

import json
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from plugins_app.finding import registry
from plugins_app.management.checking import SAMPLES, check
from plugins_app.manifests.result_faults import published_schemas
from plugins_app.manifests.schema import MANIFEST_SCHEMA
from plugins_app.models import Plugin
from plugins_app.sync import SyncReport, describe_packages, sync_plugins

COLUMNS = ("ID", "VERSION", "SOURCE", "STATE", "WHY")
SCHEMAS = {"manifest": MANIFEST_SCHEMA, **published_schemas()}
HELP = """\
plugins              list plugins: id, version, source, state, why
plugins sync         search for plugins again
plugins check PATH   test the plugin in a folder (or an installed one by its id): the manifest,
                     loading, every tool on sample files, the shape of each result
plugins schema NAME  print a JSON Schema: manifest, or an output kind such as detections
"""


class Command(BaseCommand):
    """Lists plugins, updates the list, checks plugins, prints schemas."""

    help = HELP
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """A parser that keeps the line breaks of the help."""
        kwargs["formatter_class"] = RawDescriptionHelpFormatter
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """An optional action, and the names it applies to."""
        actions = ["list", "sync", "check", "schema"]
        parser.add_argument("action", nargs="?", choices=actions, default="list")
        parser.add_argument("names", nargs="*", metavar="PATH or NAME")
        parser.add_argument("--image", type=Path, help="check with this instead of the sample")
        parser.add_argument("--video", type=Path, help="check with this instead of the sample")

    def handle(self, *args: Any, action: str, names: list[str], **options: Any) -> None:
        """Run the action. Raises CommandError if there is something to fix."""
        if action == "check":
            self._check(names, options)
        elif action == "schema":
            self._schema(names)
        else:
            self._list(sync=action == "sync")

    def _list(self, sync: bool) -> None:
        if Plugin._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The database has no tables yet. Run: manage.py migrate")
        if sync:
            describe_packages()
            self._tell(sync_plugins())
            return
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

    def _check(self, names: list[str], options: dict[str, Any]) -> None:
        if not names:
            raise CommandError("Name the folder of a plugin: manage.py plugins check PATH")
        samples = SAMPLES | {kind: options[kind] for kind in SAMPLES if options[kind]}
        for kind, path in samples.items():
            if options[kind] and not path.is_file():
                raise CommandError(f"There is no file {path}.")
        styles = {"ok": self.style.SUCCESS, "advice": self.style.WARNING, "error": self.style.ERROR}
        errors = 0
        for plugin in [one for name in names for one in self._wanted(name)]:
            self.stdout.write(plugin.id)
            for finding in check(plugin, samples):
                errors += finding.level == "error"
                word = styles[finding.level](finding.level.ljust(6))
                self.stdout.write(f"  {word}  {finding.about}: {finding.text}")
        if errors:
            raise CommandError(f"{errors} thing{'s' if errors > 1 else ''} to fix.")

    def _wanted(self, name: str) -> list[registry.InstalledPlugin | registry.BrokenPlugin]:
        if (folder := Path(name).resolve()).is_dir():
            describe_packages(folder)
            return registry.look_at(folder)
        found = [one for one in registry.discover() if one.id == name]
        try:
            return found or [registry.get(name)]
        except registry.PluginNotFound as error:
            raise CommandError(f"There is no folder {name}, and no such plugin. {error}") from error

    def _schema(self, names: list[str]) -> None:
        if len(names) != 1 or names[0] not in SCHEMAS:
            raise CommandError(f"Name one of: {', '.join(SCHEMAS)}.")
        self.stdout.write(json.dumps(SCHEMAS[names[0]], indent=2))
