"""The server's own plugin: looks into uploaded files so that the web process need not."""

from typing import Any

import probe

from plugins_app.sdk import ToolError


class Plugin:
    """Runs in the web process's probe host."""

    name = "media"

    def run_tool(self, tool_name: str, args: dict[str, Any]) -> dict[str, Any]:
        """``probe``: what an image is, and its thumbnail (see ``probe.py``)."""
        if tool_name != "probe":
            raise ToolError(f"There is no tool {tool_name!r}.")
        return probe.probe_image(args["image_path"], args["max_pixels"], args["max_frames"])
