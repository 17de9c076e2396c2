"""Parts of a picture, resized for analysis, and masks of things in them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from segment_shape import BoolMask, resized

Image = NDArray[np.uint8]
Box = tuple[float, float, float, float]

MARGIN = 0.25  # of the box's sides, on each side: the background to learn from
MAX_SIDE = 480
_MIN_SIDE = 72  # smaller crops are enlarged, because they have too few pixels to learn from


@dataclass(frozen=True)
class Piece:
    """A mask (h, w) whose top left pixel is (x, y) of the picture; `score` 0..1."""

    x: int
    y: int
    mask: BoolMask
    score: float


def common(a: Piece, b: Piece) -> int:
    """The number of pixels that two masks share."""
    left, top = max(a.x, b.x), max(a.y, b.y)
    right = min(a.x + a.mask.shape[1], b.x + b.mask.shape[1])
    bottom = min(a.y + a.mask.shape[0], b.y + b.mask.shape[0])
    if left >= right or top >= bottom:
        return 0
    parts = [p.mask[top - p.y : bottom - p.y, left - p.x : right - p.x] for p in (a, b)]
    return int((parts[0] & parts[1]).sum())


@dataclass(frozen=True)
class View:
    """A part of a picture, resized: `pixels` shows `size` (w, h) pixels from (x, y) on."""

    x: int
    y: int
    size: tuple[int, int]
    pixels: Image

    def box(self, box: Box) -> tuple[int, int, int, int]:
        """A box of the picture as left, top, right, bottom in the view. It is never empty."""
        height, width = self.pixels.shape[:2]
        fx, fy = width / self.size[0], height / self.size[1]
        left = int(np.clip(np.floor((box[0] - self.x) * fx), 0, width - 1))
        top = int(np.clip(np.floor((box[1] - self.y) * fy), 0, height - 1))
        right = int(np.clip(np.ceil((box[0] + box[2] - self.x) * fx), left + 1, width))
        bottom = int(np.clip(np.ceil((box[1] + box[3] - self.y) * fy), top + 1, height))
        return left, top, right, bottom

    def point(self, x: float, y: float) -> tuple[int, int]:
        """A point of the picture as column and row of the view."""
        left, top, _, _ = self.box((x, y, 0, 0))
        return left, top

    def holds(self, x: float, y: float) -> bool:
        """Whether a point of the picture is in the view."""
        return self.x <= x < self.x + self.size[0] and self.y <= y < self.y + self.size[1]

    def piece(self, mask: BoolMask, score: float) -> Piece:
        """A mask of the view as a mask of the picture."""
        return Piece(self.x, self.y, resized(mask, self.size), score)


def view(image: Image, box: Box, margin: float = MARGIN, max_side: int = MAX_SIDE) -> View:
    """The part of `image` around `box`, resized to a long side of 72 to `max_side` pixels."""
    height, width = image.shape[:2]
    x, y, w, h = box
    left, top = (int(max(0, np.floor(v))) for v in (x - w * margin, y - h * margin))
    right = int(min(width, max(np.ceil(x + w * (1 + margin)), left + 1)))
    bottom = int(min(height, max(np.ceil(y + h * (1 + margin)), top + 1)))
    left, top = min(left, right - 1), min(top, bottom - 1)
    part = image[top:bottom, left:right]
    side = max(part.shape[:2])
    scale = max(min(1.0, max_side / side), min(_MIN_SIDE / side, 8.0))
    if scale == 1.0:
        return View(left, top, (right - left, bottom - top), np.ascontiguousarray(part))
    size = tuple(max(2, round(n * scale)) for n in (part.shape[1], part.shape[0]))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    pixels = np.asarray(cv2.resize(part, size, interpolation=how), np.uint8)
    return View(left, top, (right - left, bottom - top), pixels)
