"""The server's internal plugin that decodes and draws what the web process must not."""

from typing import Any

from plugins_app.sdk import ToolError


class Plugin:
    """Probes run in hosts of the web process, previews in hosts of workers. Each tool only loads
    what it needs."""

    name = "media"

    def run_tool(self, tool_name: str, args: dict[str, Any]) -> dict[str, Any]:
        """Run a tool. Raises ToolError.

        ``probe`` and ``probe_video`` describe an upload and make its thumbnail. ``preview`` draws
        the tracks of a result into its video. ``mask`` and ``overlay`` make pictures of a result.
        ``compare`` finds the differences between results.
        """
        if tool_name == "probe":
            from probe import probe_image

            return probe_image(args["image_path"], args["max_pixels"], args["max_frames"])
        if tool_name == "probe_video":
            from probe_video import Limits, probe_video

            limits = Limits(args["max_pixels"], args["max_seconds"], args["max_frames"])
            return probe_video(args["video_path"], limits)
        if tool_name == "preview":
            from preview_video import preview_video

            return preview_video(args["video_path"], args["result_path"], args["max_side"])
        if tool_name == "mask":
            from draw_mask import draw_mask

            size = args["width"], args["height"]
            return draw_mask(args["result_path"], *size, args["instance"])
        if tool_name == "overlay":
            from draw_overlay import draw_overlay

            return draw_overlay(args["image_path"], args["result_path"])
        if tool_name == "compare":
            from compare_results import compare_results

            how = {"detail": args["detail"], "budget_s": args["budget_s"]}
            return compare_results(args["pairs"], **how)
        raise ToolError(f"There is no tool {tool_name!r}.")
