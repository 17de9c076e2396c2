"""Masks as the pixels that their run lengths cover, without painting the whole picture.

Pixels are numbered down the columns, as COCO's RLE does (``rle`` has the format).
Nothing is trusted: results may come from any plugin.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_LETTERS = 16_000_000
"""Of one mask; more would not be a mask but an attack."""
MOST_IN_A_NUMBER = 7
"""Letters: 35 bits, more than any picture has pixels."""

Whole = NDArray[np.int64]


class Spans:
    """What a mask covers: pixels ``starts[i]`` to ``ends[i]`` (not included), in their order.

    ``height`` and ``width`` are the picture's, in pixels; ``area`` is the number of covered ones.
    """

    def __init__(self, starts: Whole, ends: Whole, height: int, width: int) -> None:
        self.starts, self.ends = starts, ends
        self.height, self.width = height, width
        self._before = np.concatenate([[0], np.cumsum(ends - starts)])
        self.area = int(self._before[-1])

    def common(self, other: "Spans") -> int:
        """How many pixels both cover."""
        if not self.area or not other.area:
            return 0
        return int((other._until(self.ends) - other._until(self.starts)).sum())

    def iou(self, other: "Spans") -> float:
        """Intersection over union, 0..1; two empty masks are alike."""
        common = self.common(other)
        union = self.area + other.area - common
        return common / union if union else 1.0

    def _until(self, pixels: Whole) -> Whole:
        """How many covered pixels come before each of these."""
        last = np.searchsorted(self.starts, pixels, side="right") - 1
        inside = np.minimum(pixels, self.ends[last]) - self.starts[last]
        return np.asarray(np.where(last < 0, 0, self._before[last] + inside))

    def bbox(self) -> list[float]:
        """``[x, y, width, height]`` of what is covered, in pixels; zeros for nothing."""
        if not self.area:
            return [0.0, 0.0, 0.0, 0.0]
        rows, x = self.columns()
        covered = np.flatnonzero(rows.any(axis=1))
        top, below = int(covered[0]), int(covered[-1]) + 1
        return [float(x), float(top), float(rows.shape[1]), float(below - top)]

    def columns(self) -> tuple[NDArray[np.bool_], int]:
        """The columns from the first covered one to the last, ``(height, n) bool``, and the x of
        the first. A mask takes memory for its own width, whatever the picture's is."""
        if not self.area:
            return np.zeros((self.height, 0), np.bool_), 0
        first = int(self.starts[0]) // self.height
        beyond = (int(self.ends[-1]) - 1) // self.height + 1
        edges = np.empty(2 * len(self.starts) + 2, np.int64)
        edges[0], edges[-1] = first * self.height, beyond * self.height
        edges[1:-1:2], edges[2:-1:2] = self.starts, self.ends
        values = np.arange(len(edges) - 1) % 2 == 1
        flat = np.repeat(values, np.diff(edges))
        return flat.reshape(beyond - first, self.height).T, first


def spans_of(rle: Any, size: tuple[int, int] | None = None) -> Spans:
    """What an RLE covers; ``counts`` is COCO's text or the list of runs.

    Raises ValueError, with a predicate as its text, where it is no RLE, is damaged, or has
    another ``size`` (height, width) than the picture.
    """
    if not isinstance(rle, dict) or not _is_size(rle.get("size")):
        raise ValueError("is no run lengths with a size")
    height, width = rle["size"]
    if size is not None and (height, width) != size:
        raise ValueError(
            f"is for {width} x {height} pixels, and the picture has {size[1]} x {size[0]}"
        )
    runs = _runs(rle.get("counts"))
    if runs.size and (runs.min() < 0 or runs.max() > height * width):
        raise ValueError("has impossible run lengths")
    edges = np.cumsum(runs)
    if (int(edges[-1]) if runs.size else 0) != height * width:
        raise ValueError(f"does not fill {width} x {height} pixels")
    if edges.size % 2:
        edges = edges[:-1]
    starts, ends = edges[0::2], edges[1::2]
    some = ends > starts
    return Spans(starts[some], ends[some], height, width)


def _is_size(size: Any) -> bool:
    return (
        isinstance(size, list)
        and len(size) == 2
        and all(type(side) is int and 0 < side < 1 << 20 for side in size)
    )


def _runs(counts: Any) -> Whole:
    if isinstance(counts, list):
        if len(counts) > MAX_LETTERS or not all(
            type(run) is int and 0 <= run < 1 << 40 for run in counts
        ):
            raise ValueError("has impossible run lengths")
        return np.asarray(counts, np.int64)
    if not isinstance(counts, str) or len(counts) > MAX_LETTERS or not counts.isascii():
        raise ValueError("has damaged run lengths")
    return _decoded(np.frombuffer(counts.encode(), np.uint8).astype(np.int64) - 48)


def _decoded(letters: Whole) -> Whole:
    """The runs of COCO's compressed text: see ``rleFrString`` in maskApi.c."""
    if not letters.size:
        return letters
    last = np.flatnonzero((letters & 32) == 0)
    if letters.min() < 0 or letters.max() > 63 or not last.size or last[-1] != letters.size - 1:
        raise ValueError("has damaged run lengths")
    first = np.concatenate([[0], last[:-1] + 1])
    lengths = last - first + 1
    if lengths.max() > MOST_IN_A_NUMBER:
        raise ValueError("has impossible run lengths")
    place = np.arange(letters.size) - np.repeat(first, lengths)
    values = np.add.reduceat((letters & 31) << (5 * place), first)
    values -= np.where(letters[last] & 16, np.int64(1) << (5 * lengths), 0)
    # From the fourth on, each is the difference to the one two before.
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values
