"""Puts pieces of text into the order in which people read them.

A recursive cut similar to the XY-cut (Nagy and Seth 1984), with two differences. Only vertical cuts
are searched for; text that crosses the gutter, such as a headline, cuts the page into bands anyway.
And a gutter only counts if both sides are columns of running text: receipts and tables have gutters
too, but must be read by rows (see ocr_columns).

This is pure geometry, without pictures or letters.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocr_columns import split
from ocr_frame import Box, Frame, Quad
from ocr_rows import Row, paragraphs, rows

Block = list[list[int]]


def reading_order(quads: Sequence[Quad], turns: Sequence[int], columns: bool = True) -> list[Block]:
    """Order `quads`, each (4, 2) float32 px, clockwise from the picture's top left.

    `turns` are the clockwise rotations of their texts: 0, 90, 180 or 270 degrees. Returns blocks
    (paragraphs, columns) in reading order; a block is a list of lines from top to bottom, a line is
    a list of indices of quads from left to right. Every index occurs once, and the order doesn't
    depend on the order of the quads. Without `columns` the page is read line by line across its
    whole width. Text whose rotation differs from most of the page comes last, in separate blocks.
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
    """Cut until no gutter is left. Returns the areas in reading order."""
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
