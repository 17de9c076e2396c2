"""The text's frame of reference: turned upright, without skew.

In this frame, lines run along x and follow each other along y, whatever the text's orientation in
the picture; y points down, as in the picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Quad = NDArray[np.float32]
Points = NDArray[np.float64]

_LONG = 3.0  # only pieces that are this much wider than high determine the skew
# Multiplying (x, y) of the picture, a row vector, by this matrix turns clockwise text upright.
_TURNS: dict[int, Points] = {
    0: np.array([[1.0, 0.0], [0.0, 1.0]]),
    90: np.array([[0.0, -1.0], [1.0, 0.0]]),
    180: np.array([[-1.0, 0.0], [0.0, -1.0]]),
    270: np.array([[0.0, 1.0], [-1.0, 0.0]]),
}


@dataclass(frozen=True, order=True)
class Box:
    """An upright rectangle in the frame, and the index of its quad in the input."""

    y0: float
    x0: float
    y1: float
    x1: float
    index: int

    @cached_property
    def yc(self) -> float:
        """Middle of the line of text."""
        return (self.y0 + self.y1) / 2

    @property
    def width(self) -> float:
        """Length of the text."""
        return self.x1 - self.x0

    @cached_property
    def height(self) -> float:
        """Height of the text, never 0."""
        return max(self.y1 - self.y0, 1e-6)


@dataclass(frozen=True)
class Frame:
    """A rotation from the picture to the text's frame. `turn` is the page's, in degrees."""

    matrix: Points
    turn: int

    @classmethod
    def of(cls, quads: Sequence[Quad], turns: Sequence[int]) -> Frame:
        """The frame that fits most of the text, with each piece weighted by its length.

        The skew is the weighted median of the directions of long pieces.
        """
        if not quads:
            return cls(_TURNS[0], 0)
        weights = [max(_extent(quad)) for quad in quads]
        totals = dict.fromkeys(_TURNS, 0.0)
        for turn, weight in zip(turns, weights, strict=True):
            totals[turn] += weight
        turn = max(_TURNS, key=lambda candidate: (round(totals[candidate], 3), -candidate))
        angles = []
        for quad, own, weight in zip(quads, turns, weights, strict=True):
            if own == turn and weight >= _LONG * min(_extent(quad)):
                angles.append((_direction(quad @ _TURNS[turn]), weight))
        angle = _weighted_median(angles)
        cos, sin = math.cos(angle), math.sin(angle)
        return cls(_TURNS[turn] @ np.array([[cos, -sin], [sin, cos]]), turn)

    def box(self, quad: Quad, index: int) -> Box:
        """`quad` (4, 2) as a rectangle with the same width, height and centre."""
        points = quad.astype(np.float64) @ self.matrix
        long, short = _extent(quad)
        direction = abs(_direction(points, fold=False))
        width, height = (long, short) if direction <= math.pi / 4 else (short, long)
        x, y = points.mean(axis=0)
        return Box(y - height / 2, x - width / 2, y + height / 2, x + width / 2, index)

    def around(self, quads: Sequence[Quad]) -> Quad:
        """The smallest rectangle in this frame around `quads`, in picture coordinates.

        Its corners go clockwise from the text's own top left.
        """
        points = np.concatenate(quads).astype(np.float64) @ self.matrix
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
        return (corners @ self.matrix.T).astype(np.float32)


def _extent(quad: Quad) -> tuple[float, float]:
    """Long and short side of a quad, each the mean of two opposite sides."""
    across = np.linalg.norm(quad[1] - quad[0]) + np.linalg.norm(quad[2] - quad[3])
    down = np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])
    return float(max(across, down)) / 2, float(min(across, down)) / 2


def _direction(points: Points, fold: bool = True) -> float:
    """Angle of the long sides to the x axis, in radians: (-pi/2, pi/2].

    With `fold`, (-pi/4, pi/4]: the direction of the side that is closer to the x axis.
    """
    across = points[1] - points[0] + points[2] - points[3]
    down = points[3] - points[0] + points[2] - points[1]
    x, y = max((across, down), key=lambda vector: float(np.hypot(*vector)))
    angle = math.atan2(y, x)
    half = math.pi / 2 if fold else math.pi
    return angle - half * math.ceil(angle / half - 0.5)


def _weighted_median(values: list[tuple[float, float]]) -> float:
    """Median of (value, weight) pairs, or 0.0 if there are none."""
    values = sorted(values)
    half = sum(weight for _, weight in values) / 2
    seen = 0.0
    for value, weight in values:
        seen += weight
        if seen >= half:
            return value
    return 0.0
