"""The server's own plugin: looks into uploaded files so that the web process need not."""

from typing import Any

from plugins_app.sdk import ToolError


class Plugin:
    """Runs in the web process's probe host. Each tool loads only what it needs."""

    name = "media"

    def run_tool(self, tool_name: str, args: dict[str, Any]) -> dict[str, Any]:
        """``probe``, ``probe_video``: what an upload is, and its thumbnail."""
        if tool_name == "probe":
            from probe import probe_image

            return probe_image(args["image_path"], args["max_pixels"], args["max_frames"])
        if tool_name == "probe_video":
            from probe_video import Limits, probe_video

            limits = Limits(args["max_pixels"], args["max_seconds"], args["max_frames"])
            return probe_video(args["video_path"], limits)
        raise ToolError(f"There is no tool {tool_name!r}.")
