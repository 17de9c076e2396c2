"""Keypoints without a model: where joints would be if somebody stood in the middle."""

import struct
from pathlib import Path

PLACES = {
    "head": (0.5, 0.2),
    "hips": (0.5, 0.55),
    "left hand": (0.65, 0.4),
    "right hand": (0.35, 0.4),
    "left foot": (0.6, 0.85),
    "right foot": (0.4, 0.85),
}


class Plugin:
    """``stick_figure``."""

    def run_tool(self, tool_name, args):
        width, height = struct.unpack(">II", Path(args["image_path"]).read_bytes()[16:24])
        points = [
            {"name": name, "x": round(x * width), "y": round(y * height), "score": 0.9}
            for name, (x, y) in PLACES.items()
        ]
        person = {"label": "person", "score": 0.8, "bbox": None, "points": points}
        skeleton = [["head", "hips"], *(["hips", name] for name in PLACES if "foot" in name),
                    *(["head", name] for name in PLACES if "hand" in name)]  # fmt: skip
        return {"keypoints": [person], "skeleton": skeleton}
