"""Keeps the identity of objects from frame to frame: ByteTrack, for plugins that detect boxes.

Zhang et al., "ByteTrack: Multi-Object Tracking by Associating Every Detection Box", ECCV 2022
(arXiv:2110.06864): confident detections are matched first; the others can only continue tracks.
Assignment uses `lap` (Jonker-Volgenant); the motion model is in ``track_motion``.
"""

from collections import defaultdict
from dataclasses import dataclass

import lap
import numpy as np
from numpy.typing import NDArray

from .track_motion import Boxes, Motion

SURE_MATCH, UNSURE_MATCH, NEW_MATCH = 0.2, 0.5, 0.3
"""Minimum overlap (IoU) of a prediction with a sure detection, with an unsure one, and of a track
seen only once with a sure one. The paper's values."""
SAME = 0.85
"""A lost track that overlaps a visible one by this much is the same object."""
OTHER_LABEL = 0.6
"""Weight of an overlap if the labels differ: detectors waver between similar classes."""
PART = 0.4
"""Overlap of a prediction with a detection that lies entirely inside it: a half-hidden object."""


@dataclass
class Track:
    """One object. ``box`` is where it was last seen or, while it is lost, where it is expected."""

    box: Boxes
    time_s: float
    motion: Motion
    steps: int = 1
    """Number of frames in which it was seen."""
    confirmed: bool = False
    lost: bool = False
    ended: bool = False

    def __post_init__(self) -> None:
        self._votes: defaultdict[str, float] = defaultdict(float)
        self.label = ""
        self._low, self._high = self.box[:2].copy(), self.box[:2] + self.box[2:]
        self._largest = self.box[2:].copy()

    @property
    def travel(self) -> float:
        """How far it has moved, in multiples of its own width or height, whichever is more.

        Something that grows and shrinks in place, such as the spot where an object was, has not
        moved.
        """
        return float(((self._high - self._low) / np.maximum(self._largest, 1e-9)).max() - 1)

    def see(self, box: Boxes, score: float, label: str, time_s: float) -> None:
        """Add a detection of it. The label is the one with the highest total score."""
        self.box, self.time_s, self.lost = box, time_s, False
        self._low = np.minimum(self._low, box[:2])
        self._high = np.maximum(self._high, box[:2] + box[2:])
        self._largest = np.maximum(self._largest, box[2:])
        self._votes[label] += score
        self.label = max(self._votes, key=lambda name: self._votes[name])


class Tracker:
    """Follows boxes through a video, frame by frame.

    A detection with a score of at least ``sure`` is sure; it can start a track if its score is at
    least ``new``. Detections with lower scores, down to ``unsure``, only continue tracks. If an
    object is not seen for ``keep_s`` seconds, its track ends, and its identity is never reused.
    """

    def __init__(
        self,
        sure: float = 0.5,
        unsure: float = 0.1,
        new: float = 0.6,
        keep_s: float = 1.0,
    ) -> None:
        self._sure = sure
        self._unsure = unsure
        self._new = new
        self._keep_s = keep_s
        self._begun = False
        self.tracks: list[Track] = []

    def predict(self) -> None:
        """Move every track on by one frame, so that ``box`` is where the object should be now.

        ``update`` does this itself; call it beforehand only to look at the predictions.
        """
        for track in self.tracks:
            track.box = track.motion.predict(track.lost)
        self._begun = True

    def update(
        self, boxes: Boxes, scores: NDArray[np.float64], labels: list[str], time_s: float
    ) -> list[Track | None]:
        """The track of each detection in the next frame, or None if it belongs to none.

        ``boxes`` is (N, 4) in pixels, ``scores`` is (N,) 0..1, ``labels`` has N texts, and
        ``time_s`` is the frame's time in seconds.
        """
        if not self._begun:
            self.predict()
        self._begun = False
        found: list[Track | None] = [None] * len(boxes)
        sure = [n for n, score in enumerate(scores) if score >= self._sure]
        unsure = [n for n, score in enumerate(scores) if self._unsure <= score < self._sure]
        known = [track for track in self.tracks if track.confirmed]
        fresh = [track for track in self.tracks if not track.confirmed]
        stages = [
            (known, sure, SURE_MATCH),
            (known, unsure, UNSURE_MATCH),
            (fresh, sure, NEW_MATCH),
        ]
        taken: set[int] = set()
        for number, (tracks, detections, least) in enumerate(stages):
            left = [n for n in detections if found[n] is None]
            free = [t for t in tracks if id(t) not in taken and not (number == 1 and t.lost)]
            weights = scores[left] if number != 1 else np.ones(len(left))
            for track, n in _pairs(free, left, boxes, weights, labels, least):
                found[n] = track
                taken.add(id(track))
        for n, seen in enumerate(found):
            if seen is not None:
                seen.motion.correct(boxes[n])
                seen.see(boxes[n], float(scores[n]), labels[n], time_s)
                seen.steps += 1
                seen.confirmed = True
        self._let_go(taken, time_s)
        for n in sure:
            if found[n] is None and scores[n] >= self._new:
                found[n] = self._begin(boxes[n], float(scores[n]), labels[n], time_s)
        return found

    def finish(self) -> None:
        """End all tracks, at the end of the video."""
        for track in self.tracks:
            track.ended = True
        self.tracks = []

    def _begin(self, box: Boxes, score: float, label: str, time_s: float) -> Track:
        track = Track(box, time_s, Motion(box))
        track.see(box, score, label, time_s)
        self.tracks.append(track)
        return track

    def _let_go(self, seen: set[int], time_s: float) -> None:
        """Mark tracks that were not seen as lost, and end those lost for too long or seen once."""
        for track in self.tracks:
            track.lost = id(track) not in seen
            late = time_s - track.time_s > self._keep_s
            track.ended = track.lost and (late or not track.confirmed)
        alive = [track for track in self.tracks if not track.lost]
        lost = [track for track in self.tracks if track.lost and not track.ended]
        if alive and lost:
            doubles = overlaps(_stack(lost), _stack(alive)).max(axis=1) > SAME
            for track, double in zip(lost, doubles, strict=True):
                track.ended = bool(double)
        self.tracks = [track for track in self.tracks if not track.ended]


def overlaps(a: Boxes, b: Boxes) -> NDArray[np.float64]:
    """Intersection over union of each of ``a`` (N, 4) with each of ``b`` (M, 4): (N, M)."""
    common = _common(a, b)
    union = a[:, None, 2:].prod(axis=2) + b[:, 2:].prod(axis=1) - common
    return np.asarray(common / np.maximum(union, 1e-9))


def _common(a: Boxes, b: Boxes) -> Boxes:
    """Areas of the intersections: (N, M)."""
    first, last = a[:, None, :2], a[:, None, :2] + a[:, None, 2:]
    low, high = np.maximum(first, b[:, :2]), np.minimum(last, b[:, :2] + b[:, 2:])
    return np.asarray(np.clip(high - low, 0, None).prod(axis=2))


def _stack(tracks: list[Track]) -> Boxes:
    return np.array([track.box for track in tracks], np.float64).reshape(-1, 4)


def _pairs(
    tracks: list[Track],
    detections: list[int],
    boxes: Boxes,
    weights: NDArray[np.float64],
    labels: list[str],
    least: float,
) -> list[tuple[Track, int]]:
    """Match tracks to detections for the greatest total overlap, each at least ``least``."""
    if not tracks or not detections:
        return []
    expected, seen = _stack(tracks), boxes[detections]
    whole = overlaps(expected, seen)
    part = PART * _common(expected, seen) / np.maximum(seen[:, 2:].prod(axis=1), 1e-9)
    same = np.array([[labels[n] == track.label for n in detections] for track in tracks])
    alike = np.where(same, np.maximum(whole, part), OTHER_LABEL * whole) * weights
    _cost, columns, _rows = lap.lapjv(1 - alike, extend_cost=True, cost_limit=1 - least)
    return [(tracks[row], detections[n]) for row, n in enumerate(columns) if n >= 0]
