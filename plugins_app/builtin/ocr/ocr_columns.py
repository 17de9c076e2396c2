"""Finds the gutters between columns, and tells columns of text from columns of a table.

Both have a gutter. Columns of running text consist of long lines that fill their width, or their
lines are not side by side; the cells of a table, a form or a receipt are short or ragged and form
rows. A gutter is therefore only used if reading by rows would be wrong.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from ocr_frame import Box
from ocr_rows import pitch, rows

_MARGIN = 0.3  # what the detector adds on each side of a text, in multiples of its height
_LONG = 5.5  # width to height of about 15 letters
_MOSTLY_LONG = 0.6  # share of a side's text that is in long lines
_FULL = 0.75  # width of a line that fills its column, relative to the column's long lines
_MOSTLY_FULL = 0.7
_LEVEL = 0.25  # offset of two lines that are side by side, in line distances
_LEVEL_RAGGED, _LEVEL_SHORT = 0.6, 0.4  # minimum share of such lines for reading by rows
_SHORT = 4.0
_JOIN = 1.0  # pieces closer than this, in heights, may be one text
_TORN = 0.3  # and if this share of the lines crosses the gap
_BREAK = 1.7  # distance between parts of a band, in line distances
_FAR = 2.5  # the same, between a column and a page number
_MOST_OF_BAND = 0.6
_MAX_TRIALS = 40  # gutters checked in detail; real ones are among the longest


@dataclass(frozen=True)
class _Band:
    """The boxes on both sides of a gutter, between two texts that cross it."""

    left: tuple[Box, ...]
    right: tuple[Box, ...]

    @property
    def bound(self) -> int:
        return min(len(self.left), len(self.right))


@dataclass(frozen=True)
class _Part:
    """A vertical section of a band. `space` is the distance to the part above."""

    space: float
    left: list[Box]
    right: list[Box]


def split(area: Sequence[Box]) -> list[list[Box]]:
    """[above, left, right, below] for the best gutter, without empty parts, or [area] if there is
    none. The best gutter is the one along the most lines.
    """
    boxes = sorted(area, key=lambda box: (box.yc, box))
    best: tuple[int, _Band] | None = None
    for band in sorted(_bands(boxes), key=lambda band: -band.bound)[:_MAX_TRIALS]:
        if best is not None and band.bound <= best[0]:
            break
        trimmed = _trim(band)
        lines = _columns(trimmed.left, trimmed.right)
        if lines and (best is None or lines > best[0]):
            best = (lines, trimmed)
    if best is None:
        return [list(boxes)]
    _, band = best
    inside = {box.index for box in (*band.left, *band.right)}
    rest = [box for box in boxes if box.index not in inside]
    middle = statistics.fmean(box.yc for box in (*band.left, *band.right))
    above = [box for box in rest if box.yc < middle]
    below = [box for box in rest if box.yc >= middle]
    return [part for part in (above, list(band.left), list(band.right), below) if part]


def _bands(boxes: list[Box]) -> Iterator[_Band]:
    """Every band beside every possible gutter. Gutters can end where a text starts."""
    if len(boxes) < 2:
        return
    margin = np.array([_MARGIN * min(box.height, box.width / 2) for box in boxes])
    start = np.array([box.x0 for box in boxes]) + margin
    end = np.array([box.x1 for box in boxes]) - margin
    seen: set[tuple[bytes, bytes]] = set()
    for x in sorted({box.x0 for box in boxes}):
        left, right = end <= x, start >= x
        key = (left.tobytes(), right.tobytes())
        if key in seen or not left.any() or not right.any():
            continue
        seen.add(key)
        across = [n for n in range(len(boxes)) if not left[n] and not right[n]]
        for first, last in zip([-1, *across], [*across, len(boxes)], strict=True):
            inner = range(first + 1, last)
            band = _Band(
                tuple(boxes[n] for n in inner if left[n]),
                tuple(boxes[n] for n in inner if right[n]),
            )
            if band.bound:
                yield band


def _trim(band: _Band) -> _Band:
    """Leave out parts at the top and bottom that don't belong to a column.

    For example a line of authors above, a table below, or a heading or page number that happens not
    to cross the gutter. Most of the band must remain: accepting any suitable part would find a pair
    of long lines in every table.
    """
    step = max(pitch(band.left), pitch(band.right))
    on_left = {box.index for box in band.left}
    parts: list[_Part] = []
    previous = -math.inf
    for box in sorted((*band.left, *band.right), key=lambda box: (box.yc, box)):
        if box.yc - previous > _BREAK * step:
            parts.append(_Part((box.yc - previous) / step, [], []))
        (parts[-1].left if box.index in on_left else parts[-1].right).append(box)
        previous = box.yc
    while len(parts) > 1 and not _belongs(parts[0].left, parts[0].right, parts[1].space):
        parts.pop(0)
    while len(parts) > 1 and not _belongs(parts[-1].right, parts[-1].left, parts[-1].space):
        parts.pop()
    trimmed = _Band(
        tuple(box for part in parts for box in part.left),
        tuple(box for part in parts for box in part.right),
    )
    return trimmed if trimmed.bound >= _MOST_OF_BAND * band.bound else band


def _belongs(free: list[Box], bound: list[Box], space: float) -> bool:
    """Whether a part at an end of a band, `space` line distances away, belongs to it.

    `free` is the side that comes first at the top and last at the bottom: it is read at the same
    time whether or not it is cut off. If there are only one or two lines, on the other side and far
    enough away, they are considered a heading or a page number.
    """
    if free and bound:
        return _columns(free, bound) > 0
    return bool(free) or len(rows(bound)) > 2 or space < _FAR


def _columns(left: Sequence[Box], right: Sequence[Box]) -> int:
    """The number of lines along the gutter if the two sides are columns, otherwise 0."""
    sides = (_beside(left, last=True), _beside(right, last=False))
    few, many = sorted(sides, key=lambda side: (len(side), side))
    usual = pitch(many)
    tolerance = _LEVEL * usual if len(few) > 1 else 2 * _LEVEL * usual
    level = statistics.fmean(
        min(abs(box.yc - other.yc) for other in many) <= tolerance for box in few
    )
    top, bottom = (pick(box.yc for box in many) for pick in (min, max))
    beside = [box for box in few if top - usual / 2 < box.yc < bottom + usual / 2]
    if 2 * len(beside) < len(few):
        return 0  # one is above the other: the order is clear
    if len(few) == 1:
        return int(level == 0 and top < few[0].yc < bottom)
    if all(_running_text(side) for side in sides):
        gap = min(box.x0 for box in sides[1]) - max(box.x1 for box in sides[0])
        chance = len(few) == 2 and gap < usual and level > _LEVEL_RAGGED
        return 0 if chance else len(few)
    short = any(
        statistics.median(box.width / box.height for box in side) < _SHORT for side in sides
    )
    return len(few) if level < (_LEVEL_SHORT if short else _LEVEL_RAGGED) else 0


def _beside(side: Sequence[Box], last: bool) -> list[Box]:
    """The texts next to the gutter, one per line: the last (or first) of each row on a side.

    Pieces that the detector has separated are joined first. They are close together, and other
    lines cross the gap, which they would not do with another gutter.
    """
    lines = rows(side)
    start = np.array([box.x0 for box in side])
    end = np.array([box.x1 for box in side])
    found = []
    for row in lines:
        step = -1 if last else 1
        text, *others = row[::step]
        for box in others:
            x0, x1 = (box.x1, text.x0) if last else (text.x1, box.x0)
            through = np.count_nonzero((start < min(x0, x1)) & (end > max(x0, x1)))
            if x1 - x0 > _JOIN * text.height or through < _TORN * len(lines):
                break
            y0, y1 = min(text.y0, box.y0), max(text.y1, box.y1)
            text = Box(y0, min(text.x0, box.x0), y1, max(text.x1, box.x1), text.index)
        found.append(text)
    return found


def _running_text(side: Sequence[Box]) -> bool:
    """Whether most lines are long and fill the column."""
    widths = sorted(box.width for box in side)
    long = sum(box.width for box in side if box.width >= _LONG * box.height)
    usual = widths[int(0.9 * (len(widths) - 1))]
    full = sum(width >= _FULL * usual for width in widths)
    # A paragraph may have three lines, of which the last is short.
    enough = min(_MOSTLY_FULL * len(widths), len(widths) - 1)
    return bool(long >= _MOSTLY_LONG * sum(widths) and full >= enough)
