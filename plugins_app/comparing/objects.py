"""Two results with boxes or masks: detections, masks, codes."""

from typing import Any

from plugins_app.comparing.places import (
    SAME_IOU,
    Box,
    Thing,
    matched,
    shift,
    stayed,
    things_of,
)
from plugins_app.comparing.states import CHANGED, GONE, MOVED, NEW, SAME, outcome


def compare_objects(kind: str, a: Any, b: Any) -> dict[str, Any]:
    """Boxes by their overlap, masks by that of what they cover (IoU)."""
    before, left_a = things_of(a)
    after, left_b = things_of(b)
    together = matched(before, after)
    return outcome(kind, _listed(before, after, together), left_a + left_b)


def compare_codes(a: Any, b: Any) -> dict[str, Any]:
    """Codes by format and text; several of the same by their overlap."""
    before, left_a = things_of(a, "format")
    after, left_b = things_of(b, "format")
    together = matched(
        before, after, lambda one, other: (one.label, one.text) == (other.label, other.text)
    )
    return outcome("codes", _listed(before, after, together), left_a + left_b)


def _listed(
    before: list[Thing], after: list[Thing], together: list[tuple[int, int, float]]
) -> list[dict[str, Any]]:
    """Pairs and what is gone in the order of the first result, then what is new."""
    partner = {row: (column, iou) for row, column, iou in together}
    taken = {column for column, _iou in partner.values()}
    listed = []
    for place, one in enumerate(before):
        if place not in partner:
            listed.append({"state": GONE, "before": one.document(), "after": None})
            continue
        column, iou = partner[place]
        listed.append(_pair(one, after[column], iou))
    new = [one for place, one in enumerate(after) if place not in taken]
    return listed + [{"state": NEW, "before": None, "after": one.document()} for one in new]


def _pair(one: Thing, other: Thing, iou: float) -> dict[str, Any]:
    state = state_of(one.label == other.label, one.bbox, other.bbox, iou, one.spans is not None)
    return {
        "state": state,
        "iou": round(iou, 4),
        "shift": shift(one.bbox, other.bbox),
        "before": one.document(),
        "after": other.document(),
    }


def state_of(alike: bool, a: Box, b: Box, iou: float, masked: bool = False) -> str:
    """The state of two that belong together. Of masks only the overlap counts, not the boxes."""
    if not alike:
        return CHANGED
    same = iou >= SAME_IOU if masked else stayed(a, b, iou)
    return SAME if same else MOVED
