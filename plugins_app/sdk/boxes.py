"""Boxes ``[x, y, width, height]``, in pixels."""

from collections.abc import Sequence


def box_from_corners(x1: float, y1: float, x2: float, y2: float) -> list[float]:
    """``xyxy`` corners (in any order) -> ``[x, y, width, height]``, pixels."""
    return [min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)]


def clip_box(box: Sequence[float], width: float, height: float) -> list[float]:
    """Clip ``[x, y, width, height]`` to an image of ``width`` x ``height`` pixels."""
    x, y, w, h = box
    left, top = min(max(x, 0), width), min(max(y, 0), height)
    right, bottom = min(max(x + w, 0), width), min(max(y + h, 0), height)
    return [left, top, right - left, bottom - top]


def box_iou(a: Sequence[float], b: Sequence[float]) -> float:
    """Intersection over union of two ``[x, y, width, height]`` boxes, 0..1."""
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    common = max(across, 0.0) * max(down, 0.0)
    union = a[2] * a[3] + b[2] * b[3] - common
    return min(1.0, common / union) if union > 0 else 0.0
