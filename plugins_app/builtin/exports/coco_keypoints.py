"""COCO's keypoints: named by their category, in one order for all of its annotations.

https://cocodataset.org/#format-data, 2. Keypoint Detection.
"""

from typing import Any

from export_entries import Entry
from export_run import Export
from export_things import document, on_picture, tidy

from plugins_app.outputs import Thing, kind_named

KEYPOINTS = "keypoints"
SEEN = 2
"""Labeled and visible; a point that a tool has not found is not labeled: 0."""


class Joints:
    """The points of the things of one label: their names, and which hang together."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._edges: dict[tuple[str, str], None] = {}

    def add(self, thing: Thing) -> None:
        """Names are in the order in which they come first."""
        for point in thing.points:
            self._places.setdefault(point.name, len(self._places))

    def join(self, edges: tuple[tuple[str, str], ...]) -> None:
        """Remember which points hang together."""
        self._edges.update(dict.fromkeys(edges))

    def category(self) -> dict[str, Any]:
        """``keypoints`` are names; ``skeleton`` has their numbers, from 1."""
        known = [pair for pair in self._edges if all(name in self._places for name in pair)]
        skeleton = [[self._places[name] + 1 for name in pair] for pair in known]
        return {"keypoints": list(self._places), "skeleton": skeleton}

    def annotation(self, thing: Thing) -> dict[str, Any]:
        """``[x, y, v]`` for each name of the category; zeros for what was not found."""
        values: list[float] = [0] * 3 * len(self._places)
        found = {self._places[point.name]: point for point in thing.points}
        for place, point in found.items():
            values[3 * place : 3 * place + 3] = [tidy(point.x), tidy(point.y), SEEN]
        return {"keypoints": values, "num_keypoints": len(found)}


def joints_by_label(export: Export) -> dict[str, Joints]:
    """The points of each label, over all results that fit."""
    joints: dict[str, Joints] = {}
    for entry in export.everything():
        if entry.output != KEYPOINTS or entry.id in export.left_out:
            continue
        edges = _edges(entry)
        for thing in on_picture(entry, KEYPOINTS, min_score=export.options["min_score"]):
            one = joints.setdefault(thing.label, Joints())
            one.add(thing)
            one.join(edges)
    return joints


def _edges(entry: Entry) -> tuple[tuple[str, str], ...]:
    return kind_named(KEYPOINTS).edges(document(entry))
