"""Reads and checks a user's prompts: boxes, points and text, in pixels of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plugins_app import sdk
from plugins_app.sdk.images import Picture

Box = tuple[float, float, float, float]
Point = tuple[float, float]

_UNWANTED = "negative"


@dataclass(frozen=True)
class Prompts:
    """Boxes (x, y, w, h) and points (x, y) within `picture.pixels`, and a text."""

    boxes: list[Box]
    negative_boxes: list[Box]
    points: list[Point]
    negative_points: list[Point]
    labels: list[str]
    text: str


def read_prompts(args: dict[str, Any], picture: Picture) -> Prompts:
    """The prompts in `args`, from parameters or from a medium's annotations.

    A box is [x, y, w, h] or {"bbox": [...], "role"?, "label"?}, a point [x, y] or {"point": [...],
    "positive"? or "role"?}; the role "negative" inverts either. Boxes are clipped to the picture.
    Raises ToolError (`invalid_params`) for those that lie outside.
    """
    boxes: list[Box] = []
    negative: list[Box] = []
    labels: list[str] = []
    for entry in args.get("boxes") or []:
        values, wanted, label = _entry(entry, "bbox")
        (boxes if wanted else negative).append(_box(values, picture))
        if wanted:
            labels.append(label)
    negative += [_box(_entry(one, "bbox")[0], picture) for one in args.get("negative_boxes") or []]
    points: list[Point] = []
    negative_points: list[Point] = []
    for entry in args.get("points") or []:
        values, wanted, _ = _entry(entry, "point")
        (points if wanted else negative_points).append(_point(values, picture))
    text = str(args.get("text") or "").strip()
    return Prompts(boxes, negative, points, negative_points, labels, text)


def _entry(entry: Any, key: str) -> tuple[Sequence[float], bool, str]:
    if not isinstance(entry, dict):
        return entry, True, ""
    wanted = entry.get("positive", True) is not False and entry.get("role") != _UNWANTED
    return entry[key], wanted, str(entry.get("label") or "")


def _box(values: Sequence[float], picture: Picture) -> Box:
    x, y, w, h = (float(value) for value in values)
    left, top, width, height = sdk.clip_box((x, y, w, h), picture.width, picture.height)
    if not (width >= 1 and height >= 1):  # also true for NaN
        size = f"{picture.width} x {picture.height} pixels"
        flat = w < 1 or h < 1
        why = "has no area" if flat else f"lies outside the picture, which has {size}"
        raise sdk.ToolError(
            f"The box [{x:g}, {y:g}, {w:g}, {h:g}] {why}. Boxes are [x, y, width, height], "
            "counted from the top left.",
            reason="invalid_params",
        )
    fx, fy = _factors(picture)
    return left * fx, top * fy, width * fx, height * fy


def _point(values: Sequence[float], picture: Picture) -> Point:
    x, y = (float(value) for value in values)
    if not (0 <= x <= picture.width and 0 <= y <= picture.height):
        raise sdk.ToolError(
            f"The point [{x:g}, {y:g}] lies outside the picture, which has {picture.width} x "
            f"{picture.height} pixels. Points are [x, y] in pixels from the top left.",
            reason="invalid_params",
        )
    fx, fy = _factors(picture)
    return min(x, picture.width - 1) * fx, min(y, picture.height - 1) * fy


def _factors(picture: Picture) -> tuple[float, float]:
    height, width = picture.pixels.shape[:2]
    return width / picture.width, height / picture.height
