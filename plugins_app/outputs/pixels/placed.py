"""Comparing two results whose things have boxes or masks."""

from collections.abc import Callable
from typing import Any

from plugins_app.outputs.base import OutputKind
from plugins_app.outputs.geometry import Box
from plugins_app.outputs.pixels.matching import (
    SAME_IOU,
    Fits,
    Placed,
    matched,
    placed_things,
    shift,
    stayed,
)
from plugins_app.outputs.pixels.states import CHANGED, GONE, MOVED, NEW, SAME, outcome

Source = tuple[OutputKind, Any]
"""A result, and the kind as which it is read."""
Match = tuple[int, int, float]
"""The places of two things in their lists, and how much they overlap, 0..1."""
Pair = Callable[[Placed, Placed, float], dict[str, Any]]


def compare_placed(kind: str, a: Source, b: Source, fits: Fits | None = None) -> dict[str, Any]:
    """Boxes by their overlap, masks by that of what they cover (IoU); with ``fits`` only those
    that it says go together."""
    before, left_a = placed_things(*a)
    after, left_b = placed_things(*b)
    together = matched(before, after, fits)
    return outcome(kind, listed(before, after, together), left_a + left_b)


def listed(
    before: list[Placed], after: list[Placed], together: list[Match], pair: Pair | None = None
) -> list[dict[str, Any]]:
    """Pairs and gone things in the order of the first result, then new things."""
    partner = {row: (column, iou) for row, column, iou in together}
    taken = {column for column, _iou in partner.values()}
    rows = []
    for place, one in enumerate(before):
        if place not in partner:
            rows.append({"state": GONE, "before": one.document(), "after": None})
            continue
        column, iou = partner[place]
        rows.append((pair or pair_of)(one, after[column], iou))
    new = [one for place, one in enumerate(after) if place not in taken]
    return rows + [{"state": NEW, "before": None, "after": one.document()} for one in new]


def pair_of(one: Placed, other: Placed, iou: float) -> dict[str, Any]:
    """A matched pair as comparisons list it."""
    alike = one.thing.group == other.thing.group
    return {
        "state": state_of(alike, one.bbox, other.bbox, iou, one.spans is not None),
        "iou": round(iou, 4),
        "shift": shift(one.bbox, other.bbox),
        "before": one.document(),
        "after": other.document(),
    }


def state_of(alike: bool, a: Box, b: Box, iou: float, masked: bool = False) -> str:
    """The state of a matched pair. For masks only the overlap counts, not the boxes."""
    if not alike:
        return CHANGED
    same = iou >= SAME_IOU if masked else stayed(a, b, iou)
    return SAME if same else MOVED
