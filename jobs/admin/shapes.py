"""What a tool found, as polygons to draw over the picture: pixels of the upright image."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jobs.admin.display import printable

MOST_SHAPES = 500
"""More would hide the picture and slow the browser down."""

FARTHEST = 1_000_000
LISTS = ("lines", "detections", "masks", "codes")
"""Where the known kinds of result keep what they found (see the plugin contract)."""


@dataclass(frozen=True)
class Shape:
    """``points`` as SVG writes them (``x,y x,y``); ``label`` may be empty, never trusted."""

    points: str
    label: str


def shapes(result: Any) -> list[Shape]:
    """Everything in a result that has a place in the picture; what is malformed is left out."""
    return list(_shapes(result))


def _shapes(result: Any) -> Iterator[Shape]:
    if not isinstance(result, dict):
        return
    for key in LISTS:
        found = result.get(key)
        for entry in found if isinstance(found, list) else []:
            if isinstance(entry, dict) and (corners := _corners(entry)):
                points = " ".join(f"{x:g},{y:g}" for x, y in corners)
                yield Shape(points, _label(entry))


def _corners(entry: dict[str, Any]) -> list[tuple[float, float]]:
    """A polygon's points, or the corners of ``[x, y, width, height]``."""
    polygon = entry.get("polygon")
    if isinstance(polygon, list) and len(polygon) > 2:
        points = [_numbers(point, 2) for point in polygon]
        if all(points):
            return [(point[0], point[1]) for point in points]
    if box := _numbers(entry.get("bbox"), 4):
        x, y, width, height = box
        return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return []


def _numbers(value: Any, count: int) -> list[float]:
    """A list of so many finite numbers, or an empty one."""
    if not isinstance(value, list) or len(value) != count:
        return []
    good = all(type(each) in (int, float) and math.isfinite(each) for each in value)
    if not good or any(abs(each) > FARTHEST for each in value):
        return []
    return [float(each) for each in value]


def _label(entry: dict[str, Any]) -> str:
    words = [entry.get("label"), entry.get("text")]
    label = next((word for word in words if isinstance(word, str) and word), "")
    score = entry.get("score")
    if type(score) is float and math.isfinite(score):
        label = f"{label} ({score:.2f})".strip()
    return printable(label)
