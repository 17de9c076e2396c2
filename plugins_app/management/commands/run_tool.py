"""``manage.py run_tool PLUGIN TOOL FILE``: runs one tool in a real host, without the queue."""

import json
import shutil
import tempfile
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from plugins_app.finding import registry
from plugins_app.finding.registry import PluginNotFound
from plugins_app.host import Call, HostFailure, HostResult, PluginHost, Progress
from plugins_app.manifests.manifest import UnknownTool
from plugins_app.manifests.params import InvalidParams, normalise
from plugins_app.short_lines import short_lines


def json_object(text: str) -> dict[str, Any]:
    """Parse an argument that must be a JSON object. Raises ArgumentTypeError."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ArgumentTypeError(f"is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ArgumentTypeError("must be a JSON object, such as '{\"min_score\": 0.5}'")
    return value


class Command(BaseCommand):
    """Prints the JSON result on stdout, everything else on stderr."""

    help = "Run one tool on one file through a plugin host, without the queue, and print the JSON."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """PLUGIN TOOL FILE and options."""
        parser.add_argument("plugin", help="id or alias")
        parser.add_argument("tool", help="id, alias or default")
        parser.add_argument("file", type=Path)
        parser.add_argument("--params", type=json_object, default={}, metavar="JSON")
        parser.add_argument(
            "--prompts", type=json_object, default={}, metavar="JSON", help="boxes, points, text"
        )
        parser.add_argument("--artifacts", type=Path, metavar="FOLDER", help="keep files here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the tool. Raises CommandError with the reason for a failure."""
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            plugin = registry.get(options["plugin"])
            tool = plugin.manifest.tool(options["tool"])
            params = normalise(tool, options["params"])
        except (PluginNotFound, UnknownTool, InvalidParams) as error:
            raise CommandError(short_lines(str(error))) from error
        host = PluginHost(plugin)
        with tempfile.TemporaryDirectory(prefix="forgesyte-run-") as folder:
            call = Call(
                tool=tool.id,
                input_path=file.resolve(),
                params=params,
                prompts=options["prompts"],
                workdir=Path(folder),
                timeout_s=tool.timeout_s,
                memory_mb=tool.memory_mb,
            )
            try:
                self._show(host.call(call, self._beat), options["artifacts"])
            except HostFailure as failure:
                self.stderr.write(short_lines(failure.log))
                raise CommandError(short_lines(f"{failure.reason}: {failure.message}")) from failure
            finally:
                host.close()

    def _beat(self, progress: Progress) -> None:
        if progress.fraction is not None or progress.note:
            share = "" if progress.fraction is None else f"{progress.fraction:.0%} "
            self.stderr.write(f"{share}{progress.note}".rstrip())

    def _show(self, done: HostResult, keep: Path | None) -> None:
        if done.log:
            self.stderr.write(short_lines(done.log))
        for artifact in done.artifacts:
            note = f"{artifact.name} ({artifact.content_type})"
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(artifact.path, keep / artifact.name)
                note += f" -> {keep / artifact.name}"
            self.stderr.write(f"artifact: {note}")
        self.stderr.write(
            f"wall {done.wall_s:.2f} s, cpu {done.cpu_s:.2f} s,"
            f" memory {done.peak_rss_bytes / 2**20:.0f} MiB"
        )
        result = json.loads(done.result_path.read_bytes()) if done.result_path else done.result
        self.stdout.write(json.dumps(result, indent=2, ensure_ascii=False))
