"""Matching things of two results by their boxes, masks and outlines."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import lap
import numpy as np
from numpy.typing import NDArray

from plugins_app.outputs.base import OutputKind
from plugins_app.outputs.geometry import Box
from plugins_app.outputs.things import Thing
from plugins_app.sdk.masks import Spans, spans_of

MOST = 1000
"""Things of a result that are compared."""
LEAST_IOU = 0.3
"""Things that overlap less than this are not matched."""
SAME_IOU = 0.95
SAME_PX = 1.0
"""A thing whose edges all moved less than this counts as unmoved, however small it is."""
OTHER_LABEL = 0.6
"""Factor for the overlap of things with different labels."""
TEXT_LENGTH = 200


class Placed(NamedTuple):
    """A thing that has a place; ``bbox`` has no negative size, ``spans`` is its mask."""

    thing: Thing
    bbox: Box
    spans: Spans | None = None

    def document(self) -> dict[str, Any]:
        """The thing as comparisons describe it."""
        one = self.thing
        shown = {"number": one.number, "label": one.group[:TEXT_LENGTH], "score": one.score}
        return {**shown, "text": one.text[:TEXT_LENGTH], "bbox": list(self.bbox)}


Fits = Callable[[Placed, Placed], bool]


def placed_things(kind: OutputKind, result: Any) -> tuple[list[Placed], int]:
    """The things of a result that have a place, and how many entries were left out."""
    read = kind.things(result, most=MOST) or []
    found = [placed for one in read if (placed := _placed(one))]
    return found, len(kind.entries(result) or ()) - len(found)


def _placed(thing: Thing) -> Placed | None:
    spans = None
    if thing.rle is not None:
        try:
            spans = spans_of(thing.rle)
        except ValueError:
            spans = None
    box = thing.bbox
    if spans is not None and box is None:
        x, y, width, height = spans.bbox()
        box = (x, y, width, height)
    if box is None:
        return None
    x, y, width, height = box
    return Placed(thing, (x, y, max(width, 0.0), max(height, 0.0)), spans)


def box_ious(a: Sequence[Box], b: Sequence[Box]) -> NDArray[np.float64]:
    """Intersection over union of each of ``a`` (N) with each of ``b`` (M): (N, M)."""
    one = np.array(a, np.float64).reshape(-1, 1, 4)
    other = np.array(b, np.float64).reshape(1, -1, 4)
    low = np.maximum(one[..., :2], other[..., :2])
    high = np.minimum(one[..., :2] + one[..., 2:], other[..., :2] + other[..., 2:])
    common = np.clip(high - low, 0, None).prod(axis=2)
    union = one[..., 2:].prod(axis=2) + other[..., 2:].prod(axis=2) - common
    same_place = (one == other).all(axis=2)  # boxes without an area are alike, too
    return np.asarray(np.where(same_place, 1.0, common / np.maximum(union, 1e-9)))


def overlaps(a: Sequence[Placed], b: Sequence[Placed]) -> NDArray[np.float64]:
    """IoU of the masks where both have one, else of the boxes: (N, M)."""
    found = box_ious([one.bbox for one in a], [one.bbox for one in b])
    masked = [n for n, one in enumerate(b) if one.spans is not None]
    for row, one in enumerate(a):
        for column in masked if one.spans is not None else ():
            other = b[column].spans
            if other is None or one.spans is None or _sizes_differ(one.spans, other):
                continue
            touching = found[row, column] > 0
            found[row, column] = one.spans.iou(other) if touching else 0.0
    return found


def _sizes_differ(a: Spans, b: Spans) -> bool:
    return (a.height, a.width) != (b.height, b.width)


def pairs(gain: NDArray[np.float64], allowed: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Rows and columns that belong together: the most gain in all, only where it is allowed.

    The assignment problem is solved for each group of things that touch each other alone
    (Jonker-Volgenant, by `lap`), for a picture has many small groups.
    """
    found: list[tuple[int, int]] = []
    for rows, columns in _groups(allowed):
        if len(rows) == len(columns) == 1:
            found.append((rows[0], columns[0]))
            continue
        part = np.where(allowed[np.ix_(rows, columns)], gain[np.ix_(rows, columns)], -1.0)
        _cost, chosen, _ = lap.lapjv(1.0 - part, extend_cost=True, cost_limit=1.5)
        found += [(rows[n], columns[c]) for n, c in enumerate(chosen) if c >= 0 and part[n, c] > 0]
    return sorted(found)


def _groups(allowed: NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """Rows and columns that hang together (connected components of the bipartite graph)."""
    parent = list(range(sum(allowed.shape)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    height = allowed.shape[0]
    for row, column in np.argwhere(allowed).tolist():
        parent[root(row)] = root(height + column)
    groups: defaultdict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for row in np.flatnonzero(allowed.any(axis=1)).tolist():
        groups[root(row)][0].append(row)
    for column in np.flatnonzero(allowed.any(axis=0)).tolist():
        groups[root(height + column)][1].append(column)
    return list(groups.values())


def matched(
    a: Sequence[Placed], b: Sequence[Placed], fits: Fits | None = None
) -> list[tuple[int, int, float]]:
    """The pairs of two lists, as positions in them, with their IoU.

    Things of one label go together rather than others; with ``fits`` only those that it says. What
    is on different pages never does.
    """
    if not a or not b:
        return []
    iou = overlaps(a, b)
    allowed = iou >= LEAST_IOU
    if fits is not None:
        allowed = np.array([[fits(one, other) for other in b] for one in a])
    return assigned(iou, a, b, allowed, (fits is not None) * 1e-6)


def assigned(
    likeness: NDArray[np.float64],
    a: Sequence[Placed],
    b: Sequence[Placed],
    allowed: NDArray[np.bool_],
    least: float = 0.0,
) -> list[tuple[int, int, float]]:
    """The pairs with the highest total similarity; ``likeness`` and ``allowed`` are (N, M)."""
    alike = np.array([[one.thing.group == other.thing.group for other in b] for one in a])
    pages = [np.array([one.thing.page for one in some]) for some in (a, b)]
    gain = np.where(alike, likeness, OTHER_LABEL * likeness) + least
    found = pairs(gain, allowed & (pages[0][:, None] == pages[1]))
    return [(row, column, float(likeness[row, column])) for row, column in found]


def stayed(a: Box, b: Box, iou: float) -> bool:
    """Whether a thing is still in its place."""
    left, top = abs(a[0] - b[0]), abs(a[1] - b[1])
    right, below = abs(a[0] + a[2] - b[0] - b[2]), abs(a[1] + a[3] - b[1] - b[3])
    return iou >= SAME_IOU or max(left, top, right, below) <= SAME_PX


def shift(a: Box, b: Box) -> list[float]:
    """How far the middle of a box has moved, ``[dx, dy]`` in pixels."""
    across = b[0] + b[2] / 2 - a[0] - a[2] / 2
    return [round(across, 2), round(b[1] + b[3] / 2 - a[1] - a[3] / 2, 2)]
