"""With a manifest; BasePlugin, module functions as handlers, a class name that is not the id."""

import base64
from typing import Any

from app.models import AnalysisResult  # noqa: F401
from app.plugins.base import BasePlugin
from football.inference import columns, player, tracked


def _tool_player_detection(image_base64: str, device: str = "cpu", annotated: bool = False):
    try:
        data = base64.b64decode(image_base64)
    except ValueError as error:
        return {"error": "invalid_base64", "message": str(error), "plugin": "yolo-football"}
    if not data.startswith(b"\x89PNG"):
        return {"error": "invalid_image", "message": "No PNG", "tool": "player_detection"}
    found = {"detections": [player(), player()], "count": 2, "device": device}
    if annotated:
        found["annotated_image_base64"] = base64.b64encode(data).decode()
    return found


def _tool_video_player_tracking(video_path: str, device: str = "cpu", progress_callback=None):
    frames = []
    for number in range(3):
        frames.append({"frame_index": number, "detections": {"tracked_objects": [tracked(number)]}})
        if progress_callback:
            progress_callback(number + 1, 3)
    return {"total_frames": 3, "frames": frames}


def _tool_video_ball_detection(video_path: str, device: str = "cpu", progress_callback=None):
    frames = [{"frame_idx": 0, "detections": columns()}]
    return {"success": True, "result": {"frames": frames, "fps": 10}}


class Plugin(BasePlugin):
    name: str = "yolo-football"
    version: str = "0.2.0"

    tools: dict[str, dict[str, Any]] = {
        "player_detection": {
            "description": "Detect players in a frame",
            "input_schema": {"image_base64": {"type": "string"}},
            "output_schema": {"result": {"type": "object"}},
            "handler": _tool_player_detection,
        },
        "video_player_tracking": {
            "description": "Track players",
            "input_schema": {"video_path": {"type": "string"}},
            "output_schema": {"frames": {"type": "array"}},
            "handler": _tool_video_player_tracking,
        },
        "video_ball_detection": {
            "description": "Find the ball",
            "input_schema": {"video_path": {"type": "string"}},
            "output_schema": {"frames": {"type": "array"}},
            "handler": _tool_video_ball_detection,
        },
    }

    def run_tool(self, tool_name: str, args: dict[str, Any]) -> Any:
        if tool_name not in self.tools:
            raise ValueError(f"Unknown tool: {tool_name}")
        handler = self.tools[tool_name]["handler"]
        if tool_name.startswith("video_"):
            return handler(
                video_path=args.get("video_path"),
                device=args.get("device", "cpu"),
                progress_callback=args.get("progress_callback"),
            )
        return handler(
            image_base64=args.get("image_base64"),
            device=args.get("device", "cpu"),
            annotated=args.get("annotated", False),
        )
