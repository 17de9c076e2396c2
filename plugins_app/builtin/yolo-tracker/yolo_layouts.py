"""Recognises the output layouts of YOLO networks and converts them to a common one.

- `v5`  [1, N, 5 + classes]: centre, size, objectness, class scores (YOLOv5, v7; 3 anchors a cell)
- `v8`  [1, 4 + classes, N]: centre, size, class scores (YOLOv8, 9, 11, 12; 1 anchor a cell)
- `end` [1, 300, 6]: corners, score, class (YOLOv10, YOLO26, exports with NMS inside)
- `x`   [1, N, 5 + classes]: YOLOX (arXiv:2107.08430), 1 anchor a cell, boxes relative to it

Sources: the exporters of ultralytics/yolov5, ultralytics/ultralytics, WongKinYiu/yolov7,
THU-MIG/yolov10 and Megvii-BaseDetection/YOLOX (`demo_postprocess`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

_STRIDES = ((8, 16, 32), (8, 16, 32, 64), (4, 8, 16, 32), (16, 32))
_MOST_AT_THE_END = 1000  # detections of a network that filters them itself


class UnknownLayout(ValueError):
    """The output does not have a known layout."""


@dataclass(frozen=True)
class Layout:
    """How to read an output. `classes` is 0 if the output doesn't tell; `strides` is for `x`."""

    kind: str
    classes: int
    strides: tuple[int, ...] = ()

    @property
    def top_left(self) -> bool:
        """Whether the picture is at the top left of the input, BGR, 0..255 (YOLOX).

        All others have it in the middle, RGB, 0..1.
        """
        return self.kind == "x"


def recognise(
    shape: tuple[int, ...], size: tuple[int, int], names: int = 0, task: str = "detect"
) -> Layout:
    """The layout of an output with this shape, for an input of `size` (height, width) pixels.

    `names` is the number of class names that the model has (0: none), `task` is from its metadata.
    Models for segments and poses also detect, and have more columns. Raises UnknownLayout.
    """
    if len(shape) != 3 or shape[0] != 1 or task not in ("detect", "segment", "pose"):
        raise UnknownLayout
    rows, columns = shape[1:]
    cells = {strides: _cells(size, strides) for strides in _STRIDES}
    for strides, count in cells.items():
        if rows == count and columns > 5 and (not names or columns == 5 + names):
            return Layout("x", columns - 5, strides)
        if rows == 3 * count and columns > 5:
            return Layout("v5", _classes(columns - 5, names, task))
        if columns == count and rows > 4:
            return Layout("v8", _classes(rows - 4, names, task))
    if rows <= _MOST_AT_THE_END and (columns == 6 or (columns > 6 and task != "detect")):
        return Layout("end", 0)
    raise UnknownLayout


def decode(output: Array, layout: Layout, size: tuple[int, int], least: float) -> Array:
    """Detections with a score of at least `least`: (N, 6) x1, y1, x2, y2, score, class.

    `output` is the network's, [1, ...]. Coordinates are in pixels of its input, whose `size` is
    (height, width).
    """
    rows = output[0].astype(np.float32, copy=False)
    if layout.kind == "end":
        return rows[rows[:, 4] >= least, :6]
    if layout.kind == "v8":
        scores = rows[4 : 4 + layout.classes]
        best = scores.max(axis=0)
        kept = best >= least
        boxes, best, numbers = rows[:4, kept].T, best[kept], scores[:, kept].argmax(axis=0)
    else:
        kept = rows[:, 4] >= least  # no class score can raise it
        grid = _grid(size, layout.strides)[kept] if layout.kind == "x" else None
        rows = rows[kept]
        scores = rows[:, 5 : 5 + layout.classes] * rows[:, 4:5]
        best, numbers = scores.max(axis=1, initial=0), scores.argmax(axis=1)
        boxes = rows[:, :4] if grid is None else _placed(rows[:, :4], grid)
        kept = best >= least
        boxes, best, numbers = boxes[kept], best[kept], numbers[kept]
    half = boxes[:, 2:4] / 2
    corners = [boxes[:, :2] - half, boxes[:, :2] + half]
    return np.hstack([*corners, best[:, None], numbers[:, None]]).astype(np.float32)


def _classes(columns: int, names: int, task: str) -> int:
    """The number of classes without mask coefficients or keypoints, known from the names."""
    if task == "detect":
        return columns
    if not 0 < names <= columns:
        raise UnknownLayout
    return names


def _cells(size: tuple[int, int], strides: tuple[int, ...]) -> int:
    return sum((size[0] // stride) * (size[1] // stride) for stride in strides)


def _grid(size: tuple[int, int], strides: tuple[int, ...]) -> Array:
    """(N, 3): column, row and stride of each cell, in the order of YOLOX's output."""
    cells = []
    for stride in strides:
        y, x = np.mgrid[: size[0] // stride, : size[1] // stride]
        cells.append(np.stack([x.ravel(), y.ravel(), np.full(x.size, stride)], axis=1))
    return np.concatenate(cells).astype(np.float32)


def _placed(boxes: Array, grid: Array) -> Array:
    """Boxes relative to their cells -> centre and size in pixels."""
    stride = grid[:, 2:]
    size = np.exp(np.minimum(boxes[:, 2:], 20.0)) * stride
    return np.hstack([(boxes[:, :2] + grid[:, :2]) * stride, size])
