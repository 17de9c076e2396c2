"""Taking over a result as annotations, to correct them by hand and run a tool again."""

from typing import Any

from jobs.annotating import rules as annotations
from jobs.annotating.rules import LABEL_LENGTH, Draft
from jobs.models import Annotation, JobItem
from jobs.models.annotation import Role
from plugins_app.outputs import Thing, kinds_in


def take_over(item: JobItem, result: Any, role: str = Role.SEGMENT) -> list[Annotation]:
    """Add a labeled box for each thing that the result found on the item's image, and a labeled
    point for each of its named points.

    Annotations that already exist, lie outside the picture or exceed the limit per image are left
    out. Returns the new ones. Raises Refusal.
    """
    image = item.media
    there = {_key(row.x, row.y, row.width, row.height) for row in image.annotations.all()}
    drafts: list[Draft] = []
    for draft in drafts_of(result, role):
        if annotations.check(image, draft):
            continue
        cut = annotations.columns(image, draft)
        key = _key(*(cut[name] for name in ("x", "y", "width", "height")))
        if key not in there:
            there.add(key)
            drafts.append(draft)
    room = annotations.MAX_PER_IMAGE - image.annotations.count()
    return annotations.add(image, drafts[: max(room, 0)])


def drafts_of(result: Any, role: str = Role.SEGMENT) -> list[Draft]:
    """Drafts for all boxes and points of the result's first page."""
    found = (thing for kind in kinds_in(result) for thing in kind.things(result) or ())
    return [draft for thing in found if thing.page == 1 for draft in _drafts(thing, role)]


def _drafts(thing: Thing, role: str) -> list[Draft]:
    box = [Draft(bbox=thing.bbox, role=role, label=_label(thing.label))] if thing.bbox else []
    points = [
        Draft(point=(one.x, one.y), role=role, label=_label(one.name)) for one in thing.points
    ]
    return box + points


def _label(label: str) -> str:
    return label.replace("\0", "")[:LABEL_LENGTH]


def _key(x: float, y: float, width: float, height: float) -> tuple[float, ...]:
    return tuple(round(value, 2) for value in (x, y, width, height))
