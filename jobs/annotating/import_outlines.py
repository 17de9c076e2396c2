"""Boxes around COCO's segmentations: https://cocodataset.org/#format-data

A segmentation is a list of polygons, each ``[x1, y1, x2, y2, ...]`` in pixels, or ``{"size":
[height, width], "counts": [...]}``: runs of 0 and 1 by turns, down the columns.
"""

from typing import Any

from jobs.annotating.import_parsed import Box
from plugins_app.outputs.geometry import is_number


def around(points: list[float]) -> Box:
    """The box around ``x1, y1, x2, y2, ...``: x, y, width, height."""
    xs, ys = points[0::2], points[1::2]
    return (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def box_of(segmentation: Any) -> Box | None:
    """The box around a segmentation; None if it isn't one, or if its run lengths are compressed."""
    if isinstance(segmentation, dict):
        return _around_runs(segmentation.get("size"), segmentation.get("counts"))
    if not isinstance(segmentation, list) or not segmentation:
        return None
    points: list[float] = []
    for polygon in segmentation:
        if not isinstance(polygon, list) or len(polygon) < 6 or len(polygon) % 2:
            return None
        if not all(map(is_number, polygon)):
            return None
        points += polygon
    return around(points)


def _around_runs(size: Any, counts: Any) -> Box | None:
    lists = isinstance(size, list) and len(size) == 2 and isinstance(counts, list)
    if not lists or not all(type(one) is int and 0 <= one <= 1e9 for one in (*size, *counts)):
        return None
    height, width = size
    if not height or sum(counts) != height * width:
        return None
    place, found = 0, []
    for number, run in enumerate(counts):
        if number % 2 and run:
            found.append((place, place + run - 1))
        place += run
    if not found:
        return (0, 0, 0, 0)
    left, right = found[0][0] // height, found[-1][1] // height
    if any(first // height != last // height for first, last in found):
        top, bottom = 0, height - 1  # a run that goes on in the next column reaches both edges
    else:
        top = min(first % height for first, _last in found)
        bottom = max(last % height for _first, last in found)
    return (left, top, right - left + 1, bottom - top + 1)
