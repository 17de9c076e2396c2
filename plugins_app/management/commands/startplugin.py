"""``manage.py startplugin NAME``: writes a working plugin with a test, as a starting point."""

import os
from pathlib import Path
from string import Template
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from plugins_app.finding import registry
from plugins_app.finding.descriptions import ID
from plugins_app.manifests.spellings import title

TEMPLATE = Path(__file__).resolve().parents[2] / "plugin_template"
SUFFIX = "-tpl"


class Command(BaseCommand):
    """Writes the plugin of docs/plugins.md under another name."""

    help = "Write a working plugin with a test, and say what to do next."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """NAME and the folder to write to."""
        parser.add_argument("name", help="the plugin's id: a-z, 0-9, - and _")
        parser.add_argument(
            "directory",
            nargs="?",
            type=Path,
            help="folder to write it into: the first of PLUGIN_DIRS, or else plugins",
        )

    def handle(self, *args: Any, name: str, directory: Path | None, **options: Any) -> None:
        """Write the plugin. Raises CommandError if the name or the folder can't be used."""
        if not ID.fullmatch(name):
            raise CommandError(
                f"{name!r} can't be a plugin's id. Use a-z, 0-9, - and _, such as bright-spots."
            )
        try:
            taken = registry.get(name)
        except registry.PluginNotFound:
            pass
        else:
            raise CommandError(f"The plugin {taken.id} already has that name.")
        parents = [directory, *settings.PLUGIN_DIRS, Path("plugins")]
        folder = next(parent for parent in parents if parent) / name
        try:
            written = self._write(folder, {"id": name, "name": title(name)})
        except FileExistsError as error:
            raise CommandError(f"{folder} already exists.") from error
        except OSError as error:
            raise CommandError(f"{folder} can't be written: {error.strerror}.") from error
        self._tell(folder, written)

    def _write(self, folder: Path, words: dict[str, str]) -> list[str]:
        folder.mkdir(parents=True)
        written = []
        for source in sorted(TEMPLATE.glob(f"*{SUFFIX}")):
            text = Template(source.read_text()).substitute(words)
            target = folder / source.name.removesuffix(SUFFIX)
            target.write_text(text)
            written.append(target.name)
        return written

    def _tell(self, folder: Path, written: list[str]) -> None:
        path = os.path.relpath(folder)
        path = str(folder) if path.startswith("..") else path
        lines = [
            f"Wrote {', '.join(written)} in {path}. Next, in the server's folder:",
            f"  python -m pytest {path}",
            f"  python manage.py plugins check {path}",
        ]
        parent = folder.resolve().parent
        if parent not in [Path(known).resolve() for known in settings.PLUGIN_DIRS]:
            known = ",".join([*map(str, settings.PLUGIN_DIRS), str(parent)])
            lines.append(f"  export PLUGIN_DIRS={known}")
        lines.append("  python manage.py plugins sync")
        self.stdout.write("\n".join(lines))
