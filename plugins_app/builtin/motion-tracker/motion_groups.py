"""Splits blobs that contain several objects, and joins blobs that belong to one object.

A background model only knows what differs from the background. Two people who pass each other
are one blob for a while, and a person behind a lamp post is two. The predicted positions of the
tracks tell them apart: a blob that covers several tracks is divided among them, and pieces that lie
within one track are joined.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from motion_detector import Blob, Box

from plugins_app.sdk.tracking import Track

SURE, UNSURE = 0.95, 0.3
"""Scores for the tracker: unsure detections continue tracks but never start one."""

_COVERED = 0.6  # a track is part of a blob if at least this share of it lies in the blob
_INSIDE = 0.7  # a piece is part of a track if at least this share of it lies in the track
_GAP = 0.15  # between pieces, in widths or heights of the track
_GROWTH = 1.4  # joined pieces are at most this many times as large as the track
_FILLED = 0.7  # share of the box around the pieces that their own boxes cover
_OLD_ENOUGH = 5  # frames after which a track is taken into account
_ALONE_S = 4.0  # a track may hide in a group for this long; after that it isn't a separate object


@dataclass(frozen=True)
class Found:
    """An object for the tracker: its box (x, y, w, h) in pixels, the certainty (0..1) that it is
    one, and the share of the box that differs from the background."""

    box: Box
    certainty: float
    fill: float


class Groups:
    """Divides and joins blobs. `least` is the minimum area of an object, in pixels."""

    def __init__(self, least: float) -> None:
        self._least = least
        self._alone: dict[int, tuple[Track, float]] = {}

    def resolve(self, blobs: list[Blob], tracks: list[Track], time_s: float) -> list[Found]:
        """The objects in a frame, given the predicted positions of the tracks."""
        known = [t for t in tracks if t.confirmed and not t.lost and t.steps >= _OLD_ENOUGH]
        found: list[Found] = []
        for blob in self._joined(blobs, known):
            members = [track for track in known if _share(track.box, blob.box) >= _COVERED]
            if len(members) == 1:
                self._alone[id(members[0])] = (members[0], time_s)
            members = [track for track in members if self._may_hide(track, time_s)]
            if len(members) > 1:
                found += [Found(box, SURE, blob.fill) for box in _divided(blob.box, members)]
            else:
                sure = blob.lively and blob.area >= self._least
                found.append(Found(blob.box, SURE if sure else UNSURE, blob.fill))
        self._alone = {key: one for key, one in self._alone.items() if not one[0].ended}
        return found

    def _may_hide(self, track: Track, time_s: float) -> bool:
        return time_s - self._alone.get(id(track), (track, -np.inf))[1] <= _ALONE_S

    def _joined(self, blobs: list[Blob], tracks: list[Track]) -> list[Blob]:
        """The blobs, with pieces of the same track joined."""
        free = list(blobs)
        whole: list[Blob] = []
        for track in tracks:
            pieces = [blob for blob in free if _share(blob.box, track.box) >= _INSIDE]
            if len(pieces) < 2 or not _near(pieces, track.box):
                continue
            one = _union(pieces)
            size = one.box[2:].prod()
            covered = sum(piece.box[2:].prod() for piece in pieces)
            if size <= _GROWTH * track.box[2:].prod() and covered >= _FILLED * size:
                free = [blob for blob in free if not any(blob is piece for piece in pieces)]
                whole.append(one)
        return whole + free


def _share(inner: Box, outer: Box) -> float:
    """Share of the area of `inner` that lies in `outer`."""
    low = np.maximum(inner[:2], outer[:2])
    high = np.minimum(inner[:2] + inner[2:], outer[:2] + outer[2:])
    return float(np.clip(high - low, 0, None).prod() / inner[2:].prod())


def _near(pieces: list[Blob], box: Box) -> bool:
    """Whether each piece is close to some other piece."""
    room = _GAP * box[2:]
    for piece in pieces:
        others = [other for other in pieces if other is not piece]
        gaps = [
            np.maximum(piece.box[:2], other.box[:2])
            - np.minimum(piece.box[:2] + piece.box[2:], other.box[:2] + other.box[2:])
            for other in others
        ]
        if not any((gap <= room).all() for gap in gaps):
            return False
    return True


def _union(pieces: list[Blob]) -> Blob:
    low = np.min([piece.box[:2] for piece in pieces], axis=0)
    high = np.max([piece.box[:2] + piece.box[2:] for piece in pieces], axis=0)
    area = sum(piece.area for piece in pieces)
    return Blob(np.concatenate([low, high - low]), area, any(piece.lively for piece in pieces))


def _divided(blob: Box, tracks: list[Track]) -> list[Box]:
    """The tracks' boxes, moved so that the outermost ones touch the edges of the blob."""
    boxes = np.array([track.box for track in tracks])
    for axis in (0, 1):
        low, high = boxes[:, axis], boxes[:, axis] + boxes[:, axis + 2]
        first, last = int(low.argmin()), int(high.argmax())
        before = blob[axis] - low[first]
        after = blob[axis] + blob[axis + 2] - high[last]
        if first == last:
            boxes[first, axis] += (before + after) / 2
        else:
            boxes[first, axis] += before
            boxes[last, axis] += after
    return list(boxes)
