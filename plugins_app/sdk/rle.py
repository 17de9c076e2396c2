"""Masks as run lengths in the compressed form of COCO, which pycocotools reads.

The format: https://github.com/cocodataset/cocoapi/blob/master/common/maskApi.c. Runs of 0 and 1
by turns, beginning with 0, go down the columns; from the fourth on each is stored as the
difference to the run two before; five bits a letter, the sixth bit says that more follow,
letters begin at ASCII 48.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rle = dict[str, Any]
"""``{"size": [height, width], "counts": text}``."""


def encode_mask(
    mask: NDArray[Any], size: tuple[int, int] | None = None, at: tuple[int, int] = (0, 0)
) -> Rle:
    """A mask (h, w), not 0 where it covers, as RLE.

    ``size`` (height, width) and ``at`` (x, y) place a small mask in a larger picture; what
    sticks out is cut off. It takes time for the small mask alone. Raises ValueError for arrays
    that are not (h, w).
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
    column, row = np.nonzero(np.diff(framed, axis=1))  # starts and ends of runs, by turns
    edges = (column + x) * height + row + y
    touching = np.flatnonzero(edges[1:-1:2] == edges[2::2]) * 2 + 1  # from one column to the next
    edges = np.delete(edges, np.concatenate([touching, touching + 1]))
    runs = np.diff(edges, prepend=0, append=height * width).tolist()
    if runs[-1] == 0 and len(runs) > 1:
        runs.pop()
    return {"size": [int(height), int(width)], "counts": _letters(runs)}


def decode_mask(rle: Rle) -> NDArray[np.bool_]:
    """The mask (h, w) of an RLE; ``counts`` is the text, or the list of runs.

    Raises ValueError for one that does not fit its size.
    """
    height, width = rle["size"]
    runs = run_lengths(rle)
    values = np.arange(len(runs)) % 2 == 1
    return np.repeat(values, runs).reshape(width, height).T


def run_lengths(rle: Rle) -> list[int]:
    """The runs of 0 and 1 by turns, down the columns; ``counts`` is the text, or this list.

    Raises ValueError for one that does not fit its size.
    """
    height, width = rle["size"]
    counts = rle["counts"]
    try:
        runs = counts if isinstance(counts, list) else _runs(counts)
    except (IndexError, TypeError) as error:
        raise ValueError("The run lengths of a mask are cut off or damaged.") from error
    if not all(type(run) is int and run >= 0 for run in runs) or sum(runs) != height * width:
        raise ValueError(f"The run lengths don't fill {width} x {height} pixels.")
    return runs


def encode_runs(runs: list[int], size: tuple[int, int]) -> Rle:
    """Runs that fill ``size`` (height, width) as RLE, ``counts`` as text."""
    return {"size": [size[0], size[1]], "counts": _letters(runs)}


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


def _runs(counts: str | bytes) -> list[int]:
    data = counts.encode() if isinstance(counts, str) else counts
    runs: list[int] = []
    index = 0
    while index < len(data):
        value = shift = 0
        more = True
        while more:
            letter = data[index] - 48
            value |= (letter & 31) << shift
            more = bool(letter & 32)
            index += 1
            shift += 5
        if letter & 16:
            value -= 1 << shift
        runs.append(value + runs[-2] if len(runs) > 2 else value)
    return runs
