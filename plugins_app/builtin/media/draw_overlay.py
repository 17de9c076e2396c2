"""Draws a result on its picture."""

from typing import Any

import cv2
import numpy as np
from result_file import read_result

from plugins_app import sdk
from plugins_app.outputs.pixels.draw import drawn_things, paint

NAME = "overlay.jpg"
MAX_PIXELS = 24_000_000
SMALLEST_SIDE = 640
"""Smaller pictures are enlarged so that labels can be read."""
MOST_ENLARGED = 16
QUALITY = 90


def draw_overlay(image_path: str, result_path: str) -> dict[str, Any]:
    """Write ``overlay.jpg``: the upright picture with the result drawn on it.

    The picture is shrunk to 24 million pixels if it has more, and enlarged by up to 16 times until
    its longer side has at least 640 pixels. Raises ToolError.
    """
    found = drawn_things(read_result(result_path))
    if found is None:
        raise sdk.ToolError(
            "Nothing in the result has a position in the picture, so there is nothing to draw.",
            reason="unsupported_input",
        )
    picture = sdk.load_image(image_path, MAX_PIXELS)
    canvas = np.ascontiguousarray(picture.pixels[:, :, ::-1])
    enlarged = min(MOST_ENLARGED, -(-SMALLEST_SIDE // max(canvas.shape[:2])))
    if enlarged > 1:
        size = (canvas.shape[1] * enlarged, canvas.shape[0] * enlarged)
        canvas = cv2.resize(canvas, size, interpolation=cv2.INTER_CUBIC)
    image = paint(canvas, (picture.width, picture.height), found)
    image.save(sdk.artifact_path(NAME, "overlay"), "JPEG", quality=QUALITY, subsampling=0)
    return {"name": NAME, "width": image.width, "height": image.height, "things": len(found)}
