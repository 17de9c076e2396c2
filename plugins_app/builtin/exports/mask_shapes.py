"""Converts masks to polygons, and to the run lengths of other formats."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from plugins_app.sdk.masks import Rle, decode_mask

Points = NDArray[np.float64]
"""(N, 2): x, y on the edges of pixels; the first pixel extends from 0 to 1."""


def polygons(rle: Rle) -> list[Points]:
    """The outlines of a mask, one for each part. Holes are connected by a line of zero width.

    A polygon follows the edges of the pixels, not their centres, so that filling it gives the same
    mask.
    """
    mask = decode_mask(rle)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return []
    top, left = rows[0], columns[0]
    part = mask[top : rows[-1] + 1, left : columns[-1] + 1].astype(np.uint8)
    doubled = cv2.copyMakeBorder(part.repeat(2, 0).repeat(2, 1), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    contours, tree = cv2.findContours(doubled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    found: list[Points] = []
    for place, contour in enumerate(contours):
        if tree[0][place][3] >= 0:
            continue
        outline = _edges(contour)
        hole = tree[0][place][2]
        while hole >= 0:
            outline = _joined(outline, _edges(contours[hole]))
            hole = tree[0][hole][0]
        found.append(outline + np.array([left, top]))
    return sorted(found, key=lambda points: tuple(points.min(0)))


def one_polygon(rle: Rle) -> Points | None:
    """All parts of a mask as one polygon, joined by lines of zero width. None if it is empty."""
    parts = polygons(rle)
    if not parts:
        return None
    whole = parts[0]
    for part in parts[1:]:
        whole = _joined(whole, part)
    return whole


def cropped_runs(rle: Rle) -> tuple[list[int], tuple[int, int, int, int]]:
    """Alternating runs of 0 and 1 along the rows of the bounding box, and that box: left, top,
    width, height. An empty mask becomes one pixel of background."""
    mask = decode_mask(rle)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return [1], (0, 0, 1, 1)
    top, left = int(rows[0]), int(columns[0])
    part = mask[top : rows[-1] + 1, left : columns[-1] + 1]
    flat = part.ravel()
    edges = np.flatnonzero(np.diff(flat)) + 1
    runs = np.diff(edges, prepend=0, append=flat.size).tolist()
    return ([0, *runs] if flat[0] else runs), (left, top, part.shape[1], part.shape[0])


def _edges(contour: NDArray[Any]) -> Points:
    """The corners of the pixel edges along a contour in a doubled mask with a border."""
    points = contour[:, 0, :].astype(np.int64) - 1
    points = (points + (points % 2)) // 2
    points = points[np.any(points != np.roll(points, 1, 0), axis=1)]
    before, after = points - np.roll(points, 1, 0), np.roll(points, -1, 0) - points
    turns = before[:, 0] * after[:, 1] != before[:, 1] * after[:, 0]
    return points[turns].astype(np.float64)


def _joined(outer: Points, inner: Points) -> Points:
    """The outer outline with a detour from its nearest point around the inner one and back."""
    nearest, best = (0, 0), np.inf
    for start in range(0, len(outer), 256):  # not all distances at once
        away = ((outer[start : start + 256, None] - inner[None]) ** 2).sum(2)
        place = int(away.argmin())
        if away.flat[place] < best:
            best = float(away.flat[place])
            nearest = (start + place // len(inner), place % len(inner))
    at, begin = nearest
    around = np.roll(inner, -begin, 0)
    return np.concatenate([outer[: at + 1], around, around[:1], outer[at:]])
