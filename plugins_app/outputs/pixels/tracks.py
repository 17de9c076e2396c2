"""Two results with tracks of a video, frame by frame.

The first result takes the place of the truth: a pair that was together in the frame before stays
together while it overlaps, the rest is assigned anew, and a track of the first that goes on under
another id of the second counts as a switch (Bernardin and Stiefelhagen, Evaluating Multiple Object
Tracking Performance: The CLEAR MOT Metrics, 2008).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from plugins_app.outputs.frames import read_frames
from plugins_app.outputs.pixels.base import KindPixels
from plugins_app.outputs.pixels.matching import box_ious, pairs, stayed
from plugins_app.outputs.pixels.placed import state_of
from plugins_app.outputs.pixels.states import CHANGED, GONE, MOVED, NEW, SAME, counts
from plugins_app.outputs.things import Thing

LEAST_IOU = 0.5
"""The threshold of CLEAR MOT."""
MOST_FRAMES = 20_000
MOST_OBJECTS = 200
"""Of a frame."""
MOST_TRACKS = 1000
Frame = tuple[int, list[Thing]]


@dataclass
class _Track:
    """The matches of a track: the other result's ids, and how well they overlapped."""

    label: str = ""
    frames: int = 0
    partners: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    switches: int = 0
    iou: float = 0.0
    stayed: int = 0


class TrackPixels(KindPixels):
    """Compared file by file, for videos are long; see ``compare.compare_files``."""

    def comparable(self, result: Any) -> bool:
        """No document is read whole."""
        return False


PIXELS = TrackPixels


def compare_tracks(a: Path, b: Path) -> dict[str, Any]:
    """Things are tracks; ``objects`` counts boxes of single frames by state.

    Raises NotFrames.
    """
    meeting = _Meeting()
    left_out = 0
    for number, before, after in _side_by_side(_frames(a), _frames(b)):
        if meeting.frames == MOST_FRAMES:
            left_out = 1
            break
        meeting.add(number, before[:MOST_OBJECTS], after[:MOST_OBJECTS])
    return {**meeting.document(), "left_out": left_out}


def _frames(path: Path) -> Iterator[Frame]:
    """Frames with their numbers, which always grow."""
    last = -1
    for frame in read_frames(path):
        last = max(frame.number, last + 1)
        yield last, frame.things


def _side_by_side(
    a: Iterable[Frame], b: Iterable[Frame]
) -> Iterator[tuple[int, list[Thing], list[Thing]]]:
    first, second = iter(a), iter(b)
    one, other = next(first, None), next(second, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[0] < other[0]):
            assert one is not None  # noqa: S101  # the loop's condition, for the type checker
            yield one[0], one[1], []
            one = next(first, None)
        elif one is None or other[0] < one[0]:
            yield other[0], [], other[1]
            other = next(second, None)
        else:
            yield one[0], one[1], other[1]
            one, other = next(first, None), next(second, None)


class _Meeting:
    """Counts frame by frame; memory grows with the number of tracks alone."""

    def __init__(self) -> None:
        self.frames = 0
        self.objects: Counter[str] = Counter()
        self.iou = 0.0
        self.before: defaultdict[str, _Track] = defaultdict(_Track)
        self.after: defaultdict[str, _Track] = defaultdict(_Track)
        self._partner: dict[str, str] = {}

    def add(self, _number: int, before: list[Thing], after: list[Thing]) -> None:
        """One frame of both results."""
        self.frames += 1
        for ours, tracks in ((before, self.before), (after, self.after)):
            for one in ours:
                tracks[one.track].frames += 1
                tracks[one.track].label = tracks[one.track].label or one.label
        together = self._together(before, after)
        for one, other, iou in together:
            self._count(one, other, iou)
        self.objects[GONE] += len(before) - len(together)
        self.objects[NEW] += len(after) - len(together)

    def _count(self, one: Thing, other: Thing, iou: float) -> None:
        self.iou += iou
        self.objects[state_of(one.label == other.label, one.place, other.place, iou)] += 1
        track = self.before[one.track]
        track.iou += iou
        track.stayed += stayed(one.place, other.place, iou)
        track.partners[other.track] += 1
        track.labels[other.label] += 1
        self.after[other.track].partners[one.track] += 1
        if one.track:
            last = self._partner.get(one.track, other.track)
            track.switches += last != other.track
            self._partner[one.track] = other.track

    def _together(
        self, before: list[Thing], after: list[Thing]
    ) -> list[tuple[Thing, Thing, float]]:
        if not before or not after:
            return []
        iou = box_ious([one.place for one in before], [one.place for one in after])
        allowed = iou >= LEAST_IOU
        place = {one.track: n for n, one in enumerate(after) if one.track}
        for row, one in enumerate(before):
            column = place.get(self._partner.get(one.track, ""))
            if column is not None and allowed[row, column]:
                allowed[row] = allowed[:, column] = False
                allowed[row, column] = True
        found = pairs(np.asarray(iou), allowed)
        return [(before[row], after[column], float(iou[row, column])) for row, column in found]

    def document(self) -> dict[str, Any]:
        """The comparison of all frames so far."""
        things = [self._thing(name, track) for name, track in self.before.items()]
        things += [
            {"state": NEW, "before": None, "after": _named(name, track)}
            for name, track in self.after.items()
            if not track.partners
        ]
        matched = sum(self.objects[state] for state in (SAME, MOVED, CHANGED))
        return {
            "kind": "tracks",
            "counts": counts(thing["state"] for thing in things),
            "things": things[:MOST_TRACKS],
            "frames": self.frames,
            "objects": counts(self.objects.elements()),
            "mean_iou": round(self.iou / matched, 4) if matched else None,
            "id_switches": sum(track.switches for track in self.before.values()),
        }

    def _thing(self, name: str, track: _Track) -> dict[str, Any]:
        if not track.partners:
            return {"state": GONE, "before": _named(name, track), "after": None}
        partner = track.partners.most_common(1)[0][0]
        matched = track.partners.total()
        whole = matched == track.frames == self.after[partner].frames
        if track.switches or track.labels.most_common(1)[0][0] != track.label:
            state = CHANGED
        else:
            state = SAME if whole and track.stayed == matched else MOVED
        return {
            "state": state,
            "before": _named(name, track),
            "after": _named(partner, self.after[partner]),
            "matched_frames": matched,
            "switches": track.switches,
            "iou": round(track.iou / matched, 4),
        }


def _named(name: str, track: _Track) -> dict[str, Any]:
    return {"track_id": name, "label": track.label, "frames": track.frames}
