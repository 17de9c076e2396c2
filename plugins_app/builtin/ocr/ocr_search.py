"""Decides how large the detector sees the picture: text of every size, at little cost.

The detector's time grows with the pixels it sees, and it is at its best where a line is
about 20 to 40 px high: much larger text it tears apart, much smaller text it misses. So it
takes a first look at a small copy, and a closer one only if what it found is small.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

ImageArray = NDArray[np.uint8]
Quad = NDArray[np.float32]
Detect = Callable[[ImageArray, float], list[Quad]]

FIRST_SIDE = 960
_LONG_ASPECT = 4.0
_SMALL, _WANTED, _LARGE = 14.5, 24.0, 40.0  # heights of a box, px as the detector sees it
_LARGEST_UPSCALE = 3.0
_FLAT = 4.0  # standard deviation of grey below which a picture is blank


def find_text(
    pixels: ImageArray, detect: Detect, max_side: int, upscale: bool = True
) -> list[Quad]:
    """All pieces of text in `pixels` (h, w, 3) uint8 BGR, as `detect` returns them.

    The detector never sees more than a picture of about `max_side` px; without `upscale` it
    never sees one enlarged.
    """
    height, width = pixels.shape[:2]
    limit = min(fit(width, height, max_side), _LARGEST_UPSCALE if upscale else 1.0)
    first = min(fit(width, height, FIRST_SIDE), limit, 1.0)
    quads = detect(pixels, first)
    closer = min(_closer(quads, first), limit)
    if closer < 1.2 * first or (not quads and _is_blank(pixels)):
        return quads
    return _merge(quads, detect(pixels, closer), _LARGE / first)


def fit(width: int, height: int, side: int) -> float:
    """Scale that brings the long side to `side` px.

    Strips longer than 4 to 1 are brought to the area of a strip of 4 to 1 instead: lines on
    a till roll a metre long are no smaller than on a short one.
    """
    by_area = side / (_LONG_ASPECT * width * height) ** 0.5
    return max(side / max(width, height), by_area)


def _closer(quads: Sequence[Quad], scale: float) -> float:
    """Scale for the second look: so that the smaller lines come out as wanted."""
    if not quads:
        return 2.0 * scale if scale == 1.0 else 1.0
    heights = sorted(short_side(quad) for quad in quads)
    small = heights[len(heights) // 5] * scale
    return scale * _WANTED / small if small < _SMALL else scale


def _is_blank(pixels: ImageArray) -> bool:
    small = cv2.resize(pixels, (min(pixels.shape[1], 512), min(pixels.shape[0], 512)))
    return float(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).std()) < _FLAT


def _merge(first: list[Quad], second: list[Quad], large: float) -> list[Quad]:
    """Large text as seen at first, and all else as seen at the closer look."""
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
    """Height of a line of text, px."""
    across = statistics.fmean(np.linalg.norm(quad[[1, 2]] - quad[[0, 3]], axis=1))
    down = statistics.fmean(np.linalg.norm(quad[[3, 2]] - quad[[0, 1]], axis=1))
    return min(across, down)
