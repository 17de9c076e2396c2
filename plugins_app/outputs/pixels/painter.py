"""Painting masks, outlines, points and lines, with rims that are visible on any background."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from plugins_app.outputs.geometry import Point
from plugins_app.outputs.palette import Colour
from plugins_app.sdk.masks import spans_of

FILL = 0.45
WHITE = (255, 255, 255)


class Painter:
    """Paints in place on ``canvas``, (h, w, 3) uint8 RGB; places are pixels of the original."""

    def __init__(self, canvas: np.ndarray, width: int, height: int) -> None:
        self._canvas = canvas
        self._size = (height, width)
        self._across = canvas.shape[1] / width
        self._down = canvas.shape[0] / height
        self.line_width = max(2, round(max(canvas.shape[:2]) / 450))

    def mask(self, rle: Any, colour: Colour) -> None:
        """Fill what a mask covers lightly and draw its edge; one that is damaged is left out."""
        try:
            columns, x = spans_of(rle, self._size).columns()
        except ValueError:
            return
        if not columns.size:
            return
        rows = np.flatnonzero(columns.any(axis=1))
        top, below = int(rows[0]), int(rows[-1]) + 1
        covered = np.ascontiguousarray(columns[top:below]).astype(np.uint8)
        left, up = round(x * self._across), round(top * self._down)
        right = max(left + 1, round((x + covered.shape[1]) * self._across))
        down = max(up + 1, round(below * self._down))
        shown = cv2.resize(covered, (right - left, down - up), interpolation=cv2.INTER_NEAREST)
        part = self._canvas[up:down, left:right]
        shown = shown[: part.shape[0], : part.shape[1]]
        inside = shown.astype(bool)
        part[inside] = (part[inside] * (1 - FILL) + np.array(colour) * FILL).astype(np.uint8)
        edges, _ = cv2.findContours(
            shown, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE, offset=(left, up)
        )
        for width, paint in self._strokes(colour, self.line_width):
            cv2.drawContours(self._canvas, edges, -1, paint, width, cv2.LINE_AA)

    def outline(self, corners: Sequence[Point], colour: Colour, *, thin: bool) -> None:
        """Draw a closed line with a light rim, visible on any background."""
        if not corners:
            return
        shape = [np.array([self.place(*corner) for corner in corners], np.int32)]
        for width, paint in self._strokes(
            colour, max(1, self.line_width // 2) if thin else self.line_width
        ):
            cv2.polylines(self._canvas, shape, True, paint, width, cv2.LINE_AA)

    def points(self, points: Sequence[Point], colour: Colour) -> None:
        """Draw dots."""
        for point in points:
            place = self.place(*point)
            cv2.circle(self._canvas, place, self.line_width * 3, WHITE, -1, cv2.LINE_AA)
            cv2.circle(self._canvas, place, self.line_width * 2, colour, -1, cv2.LINE_AA)

    def line(self, start: Point, end: Point, colour: Colour) -> None:
        """Draw a line between two places."""
        ends = self.place(*start), self.place(*end)
        for width, paint in self._strokes(colour, self.line_width):
            cv2.line(self._canvas, *ends, paint, width, cv2.LINE_AA)

    def place(self, x: float, y: float) -> tuple[int, int]:
        """A place on the canvas; places far outside are moved closer, as OpenCV requires."""
        height, width = self._canvas.shape[:2]
        across = min(max(x * self._across, -width), 2 * width)
        down = min(max(y * self._down, -height), 2 * height)
        return round(across), round(down)

    @staticmethod
    def _strokes(colour: Colour, width: int) -> list[tuple[int, Colour]]:
        return [(width + 2 * max(1, width // 3), WHITE), (width, colour)]
