"""Taking a result over as annotations, to be corrected by hand and run again."""

from typing import Any

from jobs.annotating import rules as annotations
from jobs.annotating.rules import LABEL_LENGTH, Draft
from jobs.models import Annotation, JobItem
from jobs.models.annotation import Role

LISTS = ("detections", "masks", "lines", "codes")
"""Members of results that hold what has a place (docs/plugins.md)."""


def take_over(item: JobItem, result: Any, role: str = Role.SEGMENT) -> list[Annotation]:
    """Put a box around everything that the result found on the item's image, with its label.

    Boxes that are there already, lie outside of the picture or don't fit any more are left out.
    Returns the new ones. Raises InvalidAnnotation.
    """
    image = item.media
    there = {_key(row.prompt()["bbox"]) for row in image.annotations.filter(kind="box")}
    drafts: list[Draft] = []
    for bbox, label in boxes(result):
        draft = Draft(bbox=bbox, role=role, label=label)
        if annotations.check(image, draft):
            continue
        cut = annotations.columns(image, draft)
        key = _key([cut[name] for name in ("x", "y", "width", "height")])
        if key not in there:
            there.add(key)
            drafts.append(draft)
    room = annotations.MAX_PER_IMAGE - image.annotations.count()
    return annotations.add(image, drafts[: max(room, 0)])


def boxes(result: Any) -> list[tuple[list[float], str]]:
    """``([x, y, width, height], label)`` of everything in a result that has a place."""
    if not isinstance(result, dict):
        return []
    lists = (result.get(name) for name in LISTS)
    entries = [entry for some in lists if isinstance(some, list) for entry in some]
    placed = ((_bbox(one), _label(one)) for one in entries if isinstance(one, dict))
    return [(bbox, label) for bbox, label in placed if bbox]


def _bbox(entry: dict[str, Any]) -> list[float]:
    bbox = entry.get("bbox")
    if isinstance(bbox, list) and len(bbox) == 4 and all(_is_number(value) for value in bbox):
        return bbox
    polygon = entry.get("polygon")
    if not isinstance(polygon, list) or len(polygon) < 3:
        return []
    if not all(isinstance(point, list) and len(point) == 2 for point in polygon):
        return []
    if not all(_is_number(value) for point in polygon for value in point):
        return []
    xs, ys = zip(*polygon, strict=True)
    return [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _label(entry: dict[str, Any]) -> str:
    label = entry.get("label")
    return label.replace("\0", "")[:LABEL_LENGTH] if isinstance(label, str) else ""


def _key(bbox: list[float]) -> tuple[float, ...]:
    return tuple(round(value, 2) for value in bbox)
