"""Groups pieces of text into the lines that a reader sees."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from itertools import pairwise

from ocr_frame import Box

_SAME_ROW = 0.45  # offset of two centres, in heights of the lower piece
_MAY_OVERLAP = 0.5  # boxes have a margin: this much of the height doesn't count as overlap
_LAST_ROWS = 40  # rows that are compared: there are never more at one height
_PARAGRAPH = 1.6  # distance of two paragraphs, relative to the usual line distance

Row = list[Box]


def rows(boxes: Sequence[Box]) -> list[Row]:
    """Lines from top to bottom, each a list of pieces from left to right.

    A piece joins the line whose nearest piece is at the same height. Comparing with the nearest
    piece rather than the mean of the line follows lines that sag or rise.
    """
    found: list[Row] = []
    for box in sorted(boxes, key=lambda box: (box.yc, box)):
        offsets = [(_offset(row, box), n) for n, row in enumerate(found[-_LAST_ROWS:])]
        offset, number = min(offsets, default=(math.inf, 0))
        if offset <= _SAME_ROW:
            found[-_LAST_ROWS:][number].append(box)
        else:
            found.append([box])
    for row in found:
        row.sort(key=lambda box: (box.x0, box))
    return sorted(found, key=lambda row: (statistics.fmean(box.yc for box in row), row[0]))


def _offset(row: Row, box: Box) -> float:
    """The box's vertical offset from the row, in heights; infinite if it overlaps a piece."""
    if box.yc - row[-1].yc > box.height:  # the row's lowest piece: a quick way out
        return math.inf
    nearest = min(row, key=lambda other: (_gap(other, box), other))
    if _gap(nearest, box) < -_MAY_OVERLAP * min(nearest.height, box.height):
        return math.inf
    return abs(nearest.yc - box.yc) / min(nearest.height, box.height)


def _gap(one: Box, other: Box) -> float:
    """Horizontal distance between two boxes, negative if they overlap."""
    return max(one.x0, other.x0) - min(one.x1, other.x1)


def pitch(boxes: Sequence[Box]) -> float:
    """The usual distance from one line to the next in pixels, or the height of a single line."""
    heights = statistics.median(box.height for box in boxes)
    middles = sorted(box.yc for box in boxes)
    steps = [b - a for a, b in pairwise(middles) if b - a > heights * 0.45]
    return min(statistics.median(steps), 2.0 * heights) if steps else heights


def paragraphs(lines: Sequence[Row]) -> list[list[Row]]:
    """Split a column's lines where the distance to the next one is clearly more than usual."""
    if not lines:
        return []
    middles = [statistics.fmean(box.yc for box in row) for row in lines]
    steps = [b - a for a, b in pairwise(middles)]
    if len(steps) < 2:  # a single distance can't be compared with others
        return [list(lines)]
    usual = statistics.median(steps)
    parts = [[lines[0]]]
    for step, row in zip(steps, lines[1:], strict=True):
        height = statistics.fmean(box.height for box in row)
        if step > _PARAGRAPH * max(usual, 0.6 * height):
            parts.append([])
        parts[-1].append(row)
    return parts
