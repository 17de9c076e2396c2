"""Masks as run lengths in COCO's compressed form, which pycocotools reads.

The format: https://github.com/cocodataset/cocoapi/blob/master/common/maskApi.c. Pixels are numbered
column by column. Alternating runs of 0 and 1, starting with 0, cover all pixels; from the fourth
run on, the difference to the run two places earlier is stored. Each character holds five bits, a
sixth bit says that more follow, and characters start at ASCII 48. Input is never trusted: results
may come from any plugin.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rle = dict[str, Any]
"""``{"size": [height, width], "counts": text}``."""
Whole = NDArray[np.int64]

MAX_LETTERS = 16_000_000
"""Limit for one mask. More is not a mask but an attack."""
MOST_IN_A_NUMBER = 7
"""Characters in one number: 35 bits, more than any picture has pixels."""


def encode_mask(
    mask: NDArray[Any], size: tuple[int, int] | None = None, at: tuple[int, int] = (0, 0)
) -> Rle:
    """Encode a mask (h, w), nonzero where it covers the picture, as RLE.

    ``size`` (height, width) and ``at`` (x, y) place a small mask in a larger picture; parts outside
    are cut off. The time it takes depends only on the small mask. Raises ValueError if the array is
    not (h, w).
    """
    covered = np.asarray(mask) != 0
    if covered.ndim != 2:
        raise ValueError(f"A mask has two dimensions, height and width, not {covered.ndim}.")
    height, width = size or covered.shape
    x, y = at
    covered = covered[max(0, -y) : max(0, height - y), max(0, -x) : max(0, width - x)]
    x, y = max(0, x), max(0, y)
    columns, rows = covered.shape[1], covered.shape[0]
    framed = np.zeros((columns, rows + 2), np.int8)
    framed[:, 1:-1] = covered.T
    column, row = np.nonzero(np.diff(framed, axis=1))  # alternating starts and ends of runs
    edges = (column + x) * height + row + y
    touching = np.flatnonzero(edges[1:-1:2] == edges[2::2]) * 2 + 1  # from one column to the next
    edges = np.delete(edges, np.concatenate([touching, touching + 1]))
    runs = np.diff(edges, prepend=0, append=height * width).tolist()
    if runs[-1] == 0 and len(runs) > 1:
        runs.pop()
    return {"size": [int(height), int(width)], "counts": _letters(runs)}


def decode_mask(rle: Rle) -> NDArray[np.bool_]:
    """Decode an RLE to a mask (h, w), bool. ``counts`` is COCO's text or a list of runs.

    Raises ValueError if it is damaged or does not match its size.
    """
    height, width = rle["size"]
    try:
        runs = _runs({**rle, "size": [int(height), int(width)]})
    except ValueError as error:
        raise ValueError(f"The mask {error}.") from error
    return np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(width, height).T


def run_lengths(rle: Rle) -> list[int]:
    """Alternating runs of 0 and 1, column by column. ``counts`` is COCO's text or this list.

    Raises ValueError, with a predicate as its message, if they do not match the size.
    """
    runs: list[int] = _runs(rle).tolist()
    return runs


def encode_runs(runs: list[int], size: tuple[int, int]) -> Rle:
    """Encode runs that cover ``size`` (height, width) as RLE, with ``counts`` as text."""
    return {"size": [size[0], size[1]], "counts": _letters(runs)}


class Spans:
    """The pixels that a mask covers: ``starts[i]`` up to but not including ``ends[i]``, ascending.

    ``height`` and ``width`` are the picture's, in pixels; ``area`` is the number of covered pixels.
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
        """Intersection over union, 0..1. For two empty masks it is 1."""
        common = self.common(other)
        union = self.area + other.area - common
        return common / union if union else 1.0

    def _until(self, pixels: Whole) -> Whole:
        """How many covered pixels come before each of these."""
        last = np.searchsorted(self.starts, pixels, side="right") - 1
        inside = np.minimum(pixels, self.ends[last]) - self.starts[last]
        return np.asarray(np.where(last < 0, 0, self._before[last] + inside))

    def bbox(self) -> list[float]:
        """``[x, y, width, height]`` of the covered pixels, or zeros if there are none."""
        if not self.area:
            return [0.0, 0.0, 0.0, 0.0]
        rows, x = self.columns()
        covered = np.flatnonzero(rows.any(axis=1))
        top, below = int(covered[0]), int(covered[-1]) + 1
        return [float(x), float(top), float(rows.shape[1]), float(below - top)]

    def columns(self) -> tuple[NDArray[np.bool_], int]:
        """The columns from the first covered one to the last, ``(height, n) bool``, and the first
        one's x. Memory depends on the width of the mask, not of the picture."""
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
    """The pixels that an RLE covers. ``counts`` is COCO's text or a list of runs.

    Raises ValueError, with a predicate as its message, if it isn't an RLE, is damaged, or has
    another size than ``size`` (height, width), the picture's.
    """
    edges = np.cumsum(_runs(rle, size))
    if edges.size % 2:
        edges = edges[:-1]
    starts, ends = edges[0::2], edges[1::2]
    some = ends > starts
    return Spans(starts[some], ends[some], *rle["size"])


def _letters(runs: list[int]) -> str:
    letters = bytearray()
    for index, run in enumerate(runs):
        left = run - runs[index - 2] if index > 2 else run
        while True:
            bits = left & 31
            left >>= 5
            more = left != (-1 if bits & 16 else 0)
            letters.append(bits + 32 * more + 48)
            if not more:
                break
    return letters.decode()


def _runs(rle: Any, size: tuple[int, int] | None = None) -> Whole:
    """The runs of an RLE, which cover its whole size. Raises ValueError as ``spans_of`` does."""
    if not isinstance(rle, dict) or not _is_size(rle.get("size")):
        raise ValueError("is not run lengths with a size")
    height, width = rle["size"]
    if size is not None and (height, width) != size:
        raise ValueError(
            f"is for {width} x {height} pixels, and the picture has {size[1]} x {size[0]}"
        )
    runs = _unchecked(rle.get("counts"))
    if runs.size and (runs.min() < 0 or runs.max() > height * width):
        raise ValueError("has impossible run lengths")
    if runs.sum(dtype=np.float64) != height * width:  # which can't wrap around
        raise ValueError(f"does not fill {width} x {height} pixels")
    return runs


def _is_size(size: Any) -> bool:
    return (
        isinstance(size, list)
        and len(size) == 2
        and all(type(side) is int and 0 < side < 1 << 20 for side in size)
    )


def _unchecked(counts: Any) -> Whole:
    """The numbers from a list of runs or from COCO's text."""
    if isinstance(counts, list):
        if len(counts) > MAX_LETTERS or not all(
            type(run) is int and 0 <= run < 1 << 40 for run in counts
        ):
            raise ValueError("has impossible run lengths")
        return np.asarray(counts, np.int64)
    text = counts.encode() if isinstance(counts, str) else counts
    if not isinstance(text, bytes) or len(text) > MAX_LETTERS or not text.isascii():
        raise ValueError("has damaged run lengths")
    return _decoded(np.frombuffer(text, np.uint8).astype(np.int64) - 48)


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
    # From the fourth on, each is the difference to the one two places earlier.
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values
