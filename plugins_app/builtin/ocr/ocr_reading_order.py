"""Puts pieces of text into the order in which people read them.

A recursive cut in the spirit of the XY-cut (Nagy and Seth 1984), with two differences. Only
vertical cuts are looked for; what lies across the gutter, such as a headline, cuts the page
into bands by itself. And a gutter counts only if both its sides are columns of running text:
a receipt and a table have gutters too, but there rows are to be read (see ocr_columns).

Pure geometry: nothing here knows pictures or letters.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocr_columns import split
from ocr_frame import Box, Frame, Quad
from ocr_rows import Row, paragraphs, rows

Block = list[list[int]]


def reading_order(quads: Sequence[Quad], turns: Sequence[int], columns: bool = True) -> list[Block]:
    """Order `quads`, each (4, 2) float32 px, clockwise from the picture's top left.

    `turns` are the clockwise rotations of their texts, 0, 90, 180 or 270 degrees. Returns
    blocks (paragraphs, columns) in reading order; a block is a list of lines from top to
    bottom, a line a list of indices of quads from left to right. Every index occurs once,
    and the order doesn't depend on the order of the quads. Without `columns` the page is
    read line by line over its whole width. Text turned otherwise than most of the page comes
    last, as blocks of its own.
    """
    frame = Frame.of(quads, turns)
    boxes = [
        frame.box(quad, index)
        for index, (quad, turn) in enumerate(zip(quads, turns, strict=True))
        if turn == frame.turn
    ]
    areas = _areas(boxes) if columns else [boxes]
    blocks = [_indices(part) for area in areas for part in paragraphs(rows(area))]
    for turn in sorted(set(turns) - {frame.turn}):
        chosen = [index for index, own in enumerate(turns) if own == turn]
        inner = reading_order([quads[index] for index in chosen], [turn] * len(chosen), columns)
        blocks += [[[chosen[index] for index in row] for row in block] for block in inner]
    return blocks


def _areas(boxes: list[Box]) -> list[list[Box]]:
    """Cut until no gutter is left; areas in reading order."""
    done: list[list[Box]] = []
    waiting = [boxes]
    while waiting:
        area = waiting.pop()
        parts = split(area)
        if len(parts) > 1:
            waiting.extend(reversed(parts))
        elif area:
            done.append(area)
    return done


def _indices(part: list[Row]) -> Block:
    return [[box.index for box in row] for row in part]
