"""The server's internal plugin that writes results in other programs' formats."""

import importlib
import json
from pathlib import Path
from typing import Any

from plugins_app.sdk import ToolError


class Plugin:
    """Each tool is a format, its parameters the format's options. ``format_coco.py`` writes the
    format ``coco``, and so on; a format loads only what it needs.

    The input is the selection, a list of ids. It can't be read without the database, so the worker
    resolves it to ``entries_path`` (see ``export_entries``).
    """

    name = "exports"

    def run_tool(self, tool_name: str, args: dict[str, Any]) -> dict[str, Any]:
        """Write the results listed in ``entries_path``. Returns what was and wasn't exported.

        Raises ToolError for an unknown format, and if no result fits.
        """
        from export_run import run

        manifest = json.loads(Path(__file__).with_name("manifest.json").read_bytes())
        if tool_name not in {tool["id"] for tool in manifest["tools"]}:
            raise ToolError(f"There is no format {tool_name!r}.")
        module: Any = importlib.import_module(f"format_{tool_name}")
        return run(tool_name, module, manifest["version"], args)
