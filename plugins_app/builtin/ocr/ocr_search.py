"""Chooses the size at which the detector sees the picture, to find text of every size quickly.

The detector's time grows with the number of pixels, and it works best if lines are about 20 to 40
pixels high: it splits much larger text and misses much smaller text. So it first searches a small
copy, and searches a larger one only if the text that it found is small.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence

import cv2
import numpy as np
from ocr_frame import Quad

from plugins_app.sdk.images import ImageArray

Detect = Callable[[ImageArray, float], list[Quad]]

FIRST_SIDE = 960
_LONG_ASPECT = 4.0
_SMALL, _WANTED, _LARGE = 14.5, 24.0, 40.0  # heights of a box in pixels, as seen by the detector
_LARGEST_UPSCALE = 3.0
_WORTHWHILE = 1.2  # minimum enlargement for a second search
_SMALL_COPY = 512  # pixels per side
_FLAT = 6  # levels by which the background may differ in a small copy


def find_text(
    pixels: ImageArray, detect: Detect, max_side: int, upscale: bool = True
) -> list[Quad]:
    """All pieces of text in `pixels` (h, w, 3) uint8 BGR, as returned by `detect`.

    The detector never sees a picture larger than about `max_side` pixels, nor an enlarged one
    without `upscale`.
    """
    area = _not_blank(pixels)
    if area is None:
        return []
    x0, y0, x1, y1 = area
    pixels = np.ascontiguousarray(pixels[y0:y1, x0:x1])
    height, width = pixels.shape[:2]
    limit = min(fit(width, height, max_side), _LARGEST_UPSCALE if upscale else 1.0)
    first = min(fit(width, height, FIRST_SIDE), limit, 1.0)
    quads = detect(pixels, first)
    closer = min(_closer(quads, first), limit)
    if closer >= _WORTHWHILE * first:
        quads = _merge(quads, detect(pixels, closer), _LARGE / first)
    return [quad + np.array([x0, y0], np.float32) for quad in quads]


def fit(width: int, height: int, side: int) -> float:
    """The scale that resizes the long side to `side` pixels.

    Strips longer than 4 to 1 are resized to the area of a 4 to 1 strip instead: lines on a metre of
    till roll are no smaller than on a short one.
    """
    by_area = side / (_LONG_ASPECT * width * height) ** 0.5
    return float(max(side / max(width, height), by_area))


def _closer(quads: Sequence[Quad], scale: float) -> float:
    """The scale for the second search, at which the smaller lines have the best height."""
    if not quads:
        return 2.0 * scale if scale == 1.0 else 1.0
    heights = sorted(short_side(quad) for quad in quads)
    small = heights[len(heights) // 5] * scale
    return scale * _WANTED / small if small < _SMALL else scale


def _not_blank(pixels: ImageArray) -> tuple[int, int, int, int] | None:
    """The part (x0, y0, x1, y1) of a picture that isn't plain background, with some margin.

    Plain borders take time, and the detector, which looks at the picture as a whole, misses a few
    lines on an otherwise empty page.
    """
    height, width = pixels.shape[:2]
    size = (min(width, _SMALL_COPY), min(height, _SMALL_COPY))
    # Area sampling doesn't miss even thin strokes.
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.int16)
    edge = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    differs = (np.abs(small - np.median(edge, axis=0)) > _FLAT).any(axis=2)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not rows.size:
        return None
    # Two cells of the small copy, as text fades out into its surroundings.
    x_step, y_step = width / size[0], height / size[1]
    return (
        max(0, int((columns[0] - 2) * x_step)),
        max(0, int((rows[0] - 2) * y_step)),
        min(width, math.ceil((columns[-1] + 3) * x_step)),
        min(height, math.ceil((rows[-1] + 3) * y_step)),
    )


def _merge(first: list[Quad], second: list[Quad], large: float) -> list[Quad]:
    """Large text from the first search, and all other text from the second."""
    kept = [quad for quad in first if short_side(quad) >= large]
    rest = [
        quad
        for quad in second
        if not any(
            cv2.pointPolygonTest(big, [float(value) for value in quad.mean(axis=0)], False) >= 0
            for big in kept
        )
    ]
    return kept + rest


def short_side(quad: Quad) -> float:
    """Height of a line of text in pixels."""
    across = statistics.fmean(np.linalg.norm(quad[[1, 2]] - quad[[0, 3]], axis=1))
    down = statistics.fmean(np.linalg.norm(quad[[3, 2]] - quad[[0, 1]], axis=1))
    return min(across, down)
