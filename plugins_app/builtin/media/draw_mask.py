"""Draws the masks of a result as a PNG whose pixels are numbers, for programs to read."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image
from result_file import read_result

from plugins_app.sdk import ToolError, artifact_path
from plugins_app.sdk.masks import spans_of

MOST = 65535
NAME = "mask.png"


def draw_mask(result_path: str, width: int, height: int, instance: int) -> dict[str, Any]:
    """Write ``mask.png``, greyscale, in the size of the upright picture.

    With ``instance`` 0, each pixel has the number of its mask, counted from 1 in the order of the
    result; 0 is background. It has 8 bits for up to 255 masks, otherwise 16. Where masks overlap,
    the first one is on top. With another ``instance``, only that mask is drawn, as 255. Raises
    ToolError.
    """
    result = read_result(result_path)
    masks = result.get("masks") if isinstance(result, dict) else None
    if not isinstance(masks, list):
        raise ToolError("The result has no masks.", reason="unsupported_input")
    if len(masks) > MOST:
        raise ToolError(f"The result has more than {MOST} masks.", reason="too_large")
    if instance > len(masks):
        there = f"they are numbered 1 to {len(masks)}" if masks else "it has none"
        raise ToolError(f"The result has no mask {instance}; {there}.", reason="invalid_params")
    deep = instance == 0 and len(masks) > 255
    flat = np.zeros(width * height, np.uint16 if deep else np.uint8)
    numbers: Sequence[int] = [instance] if instance else range(len(masks), 0, -1)
    for number in numbers:
        _cover(flat, masks[number - 1], number, 255 if instance else number, (height, width))
    pixels = np.ascontiguousarray(flat.reshape(width, height).T)
    Image.fromarray(pixels).save(artifact_path(NAME, "mask"), "PNG", compress_level=4)
    return {"name": NAME, "masks": len(masks), "bits": 16 if deep else 8}


def _cover(flat: np.ndarray, mask: Any, number: int, value: int, size: tuple[int, int]) -> None:
    try:
        spans = spans_of(mask.get("rle") if isinstance(mask, dict) else None, size)
    except ValueError as error:
        raise ToolError(f"Mask {number} of the result {error}.", reason="undecodable") from error
    for start, end in zip(spans.starts.tolist(), spans.ends.tolist(), strict=True):
        flat[start:end] = value
