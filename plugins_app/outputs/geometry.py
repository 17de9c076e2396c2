"""Reading numbers, boxes, polygons and points from free JSON.

Coordinates are pixels of the upright picture, y down.
"""

import math
from collections.abc import Sequence
from typing import Any

MAX_NUMBER = 1e9
"""Limit for coordinates and sizes, far above those of any picture."""
MAX_CORNERS = 1000
"""Limit for the corners of an outline."""

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""x, y, width, height."""


def number(value: Any) -> float | None:
    """A finite number within limits; None if it isn't one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < MAX_NUMBER and math.isfinite(value) else None


def is_number(value: Any) -> bool:
    """Whether it is a finite number within limits; JSON integers can exceed any float."""
    return number(value) is not None


def whole(value: Any) -> int | None:
    """An integer of at least 0; None if it isn't one."""
    found = number(value)
    return None if found is None or found < 0 else int(found)


def box_of(value: Any) -> Box | None:
    """``[x, y, width, height]``; None if it isn't one. Sizes may be negative."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    x, y, width, height = map(number, value)
    if x is None or y is None or width is None or height is None:
        return None
    return x, y, width, height


def point_of(value: Any) -> Point | None:
    """``[x, y]``; None if it isn't one."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    x, y = number(value[0]), number(value[1])
    return None if x is None or y is None else (x, y)


def polygon_of(value: Any) -> tuple[Point, ...] | None:
    """``[[x, y], ...]`` with up to ``MAX_CORNERS`` points; None if it isn't one."""
    if not isinstance(value, list | tuple) or len(value) > MAX_CORNERS:
        return None
    corners = [point_of(point) for point in value]
    known = tuple(corner for corner in corners if corner is not None)
    return known if len(known) == len(corners) else None


def corners_of(box: Box) -> tuple[Point, ...]:
    """The four corners of a box, clockwise from its x and y."""
    x, y, width, height = box
    return (x, y), (x + width, y), (x + width, y + height), (x, y + height)


def box_around(points: Sequence[Point]) -> Box | None:
    """The smallest box around points; None for no points."""
    if not points:
        return None
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def clipped(box: Box, width: float, height: float) -> Box | None:
    """The part of a box inside a picture of this size; None if there is none."""
    x, y, w, h = box
    left, top = min(max(x, 0.0), width), min(max(y, 0.0), height)
    right, bottom = min(max(x + w, 0.0), width), min(max(y + h, 0.0), height)
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None
