"""Things with named points: drawn with their skeleton, compared by the likeness of their points."""

import math
from typing import Any

import numpy as np

from plugins_app.outputs.palette import Colour
from plugins_app.outputs.pixels.base import Edges, KindPixels
from plugins_app.outputs.pixels.matching import SAME_PX, Placed, assigned, placed_things, shift
from plugins_app.outputs.pixels.painter import Painter
from plugins_app.outputs.pixels.placed import listed
from plugins_app.outputs.pixels.states import CHANGED, MOVED, SAME, outcome
from plugins_app.outputs.things import Thing

LEAST_OKS = 0.3
"""Things whose points are less similar than this are not matched."""
SAME_OKS = 0.95
SIGMA = 0.0665
"""How far people who mark the same point differ, per square root of the thing's area: the mean of
COCO's 17 joints (https://cocodataset.org/#keypoints-eval). Other points have no known one."""


class KeypointPixels(KindPixels):
    """``oks`` of a pair is the object keypoint similarity, ``distance`` how far points moved."""

    def trace(self, painter: Painter, thing: Thing, colour: Colour, edges: Edges) -> None:
        """The box, the skeleton over it, the points on top."""
        if len(thing.points) != 1:
            painter.outline(thing.corners, colour, thin=True)
        places = {one.name: (one.x, one.y) for one in thing.points}
        for start, end in edges:
            if start in places and end in places:
                painter.line(places[start], places[end], colour)
        painter.points([(one.x, one.y) for one in thing.points], colour)

    def compare(self, a: Any, b: Any) -> dict[str, Any]:
        """Match things by the similarity of their points."""
        before, left_a = placed_things(self.kind, a)
        after, left_b = placed_things(self.kind, b)
        together = []
        if before and after:
            alike = np.array([[oks(one, other) for other in after] for one in before])
            together = assigned(alike, before, after, alike >= LEAST_OKS)
        return outcome(self.kind.name, listed(before, after, together, _pair), left_a + left_b)


PIXELS = KeypointPixels


def oks(one: Placed, other: Placed) -> float:
    """Object keypoint similarity, 0..1: the mean over all points of exp(-d^2 / (2 s^2 k^2)), where
    d is how far a point is from its counterpart, s^2 the area of the first thing, k = 2 sigma.

    COCO's measure (Ronchi and Perona, Benchmarking and Error Diagnosis in Multi-Instance Pose
    Estimation, 2017, section 2), but a point that only one of them has counts as 0.
    """
    if not one.thing.points and not other.thing.points:
        return 0.0
    first, second = _places(one.thing), _places(other.thing)
    area = max(one.bbox[2] * one.bbox[3], 1.0)
    scale = 2 * area * (2 * SIGMA) ** 2
    both = [math.dist(first[name], second[name]) for name in first.keys() & second.keys()]
    return sum(math.exp(-(d**2) / scale) for d in both) / len(first.keys() | second.keys())


def _places(thing: Thing) -> dict[str, tuple[float, float]]:
    return {point.name: (point.x, point.y) for point in thing.points}


def _pair(one: Placed, other: Placed, alike: float) -> dict[str, Any]:
    first, second = _places(one.thing), _places(other.thing)
    away = [math.dist(first[name], second[name]) for name in first if name in second]
    mean = sum(away) / len(away) if away else 0.0
    stayed = first.keys() == second.keys() and (alike >= SAME_OKS or max(away) <= SAME_PX)
    alone = SAME if stayed else MOVED
    return {
        "state": alone if one.thing.group == other.thing.group else CHANGED,
        "oks": round(alike, 4),
        "distance": round(mean, 2),
        "shift": shift(one.bbox, other.bbox),
        "before": one.document(),
        "after": other.document(),
    }
