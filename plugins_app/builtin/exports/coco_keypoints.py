"""Writes COCO keypoints: a category has their names, in one order for all of its annotations.

https://cocodataset.org/#format-data, 2. Keypoint Detection.
"""

from typing import Any

from export_entries import Entry
from export_run import Export
from export_things import document, on_picture, tidy

from plugins_app.outputs import Thing, kind_named

KEYPOINTS = "keypoints"
SEEN = 2
"""COCO's v for labelled and visible. A point that a tool has not found is not labelled: 0."""


class Joints:
    """The names of the points of one label, and which of them are connected."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._edges: dict[tuple[str, str], None] = {}

    def add(self, thing: Thing) -> None:
        """Add a thing's point names, in order of first appearance."""
        for point in thing.points:
            self._places.setdefault(point.name, len(self._places))

    def join(self, edges: tuple[tuple[str, str], ...]) -> None:
        """Add connections between points."""
        self._edges.update(dict.fromkeys(edges))

    def category(self) -> dict[str, Any]:
        """``keypoints`` has the names, ``skeleton`` pairs of their numbers, starting at 1."""
        known = [pair for pair in self._edges if all(name in self._places for name in pair)]
        skeleton = [[self._places[name] + 1 for name in pair] for pair in known]
        return {"keypoints": list(self._places), "skeleton": skeleton}

    def annotation(self, thing: Thing) -> dict[str, Any]:
        """``[x, y, v]`` for each name of the category, with zeros for points that weren't found."""
        values: list[float] = [0] * 3 * len(self._places)
        found = {self._places[point.name]: point for point in thing.points}
        for place, point in found.items():
            values[3 * place : 3 * place + 3] = [tidy(point.x), tidy(point.y), SEEN]
        return {"keypoints": values, "num_keypoints": len(found)}


def joints_by_label(export: Export) -> dict[str, Joints]:
    """The points of each label in all results that fit."""
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
