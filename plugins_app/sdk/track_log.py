"""Writes results of the output kind ``tracks`` while the video is read."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .boxes import clip_box
from .tracking import Track

PATIENCE = 300
"""How many frames of a track to wait for it to move. If it moves later, it counts from then on."""


class Seen(NamedTuple):
    """A track in one frame. ``box`` is x, y, width, height in pixels of the analysed picture."""

    track: Track
    score: float
    box: Sequence[float]


@dataclass
class _Summary:
    """What the result says about a whole track."""

    track: Track
    number: int
    first_frame: int
    last_frame: int
    frames: int


class TrackLog:
    """Yields frames in the shape of a result, without tracks that turn out not to count.

    A frame is held back until it is known for each of its tracks whether it lasts ``min_frames``
    frames and travels ``min_travel`` (in multiples of its own size). ``scale`` is analysed pixels
    per pixel of the video, ``width`` and ``height`` are the video's. Tracks are numbered from 1 in
    order of appearance.
    """

    def __init__(
        self, min_frames: int, scale: float, width: int, height: int, min_travel: float = 0.0
    ) -> None:
        self._min_frames = min_frames
        self._min_travel = min_travel
        self._scale = scale
        self._size = (width, height)
        self._waiting: deque[tuple[int, float, list[Seen]]] = deque()
        self._summaries: dict[int, _Summary] = {}

    def add(self, index: int, time_s: float, seen: Iterable[Seen]) -> Iterator[dict[str, Any]]:
        """Add a frame (its number, its time in seconds). Yields the frames that are now decided."""
        self._waiting.append((index, time_s, list(seen)))
        while self._waiting and all(self._decided(one.track) for one in self._waiting[0][2]):
            yield self._frame(*self._waiting.popleft())

    def finish(self) -> Iterator[dict[str, Any]]:
        """Yield the remaining frames, after the tracker has finished."""
        while self._waiting:
            yield self._frame(*self._waiting.popleft())

    def tracks(self) -> list[dict[str, Any]]:
        """All tracks, in order of ``track_id``."""
        return [
            {
                "track_id": one.number,
                "label": one.track.label,
                "first_frame": one.first_frame,
                "last_frame": one.last_frame,
                "frames": one.frames,
            }
            for one in self._summaries.values()
        ]

    def _decided(self, track: Track) -> bool:
        late = track.steps >= max(self._min_frames, PATIENCE)
        return track.ended or late or self._counts(track)

    def _counts(self, track: Track) -> bool:
        return track.steps >= self._min_frames and track.travel >= self._min_travel

    def _frame(self, index: int, time_s: float, seen: list[Seen]) -> dict[str, Any]:
        kept = [one for one in seen if self._counts(one.track)]
        objects = [self._object(index, one) for one in kept]
        objects.sort(key=lambda one: one["track_id"])
        return {"frame": index, "time": round(time_s, 3), "objects": objects}

    def _object(self, index: int, one: Seen) -> dict[str, Any]:
        key = id(one.track)  # the summary holds the track, so no other can get its address
        summary = self._summaries.get(key)
        if summary is None:
            summary = _Summary(one.track, len(self._summaries) + 1, index, index, 0)
            self._summaries[key] = summary
        summary.last_frame = index
        summary.frames += 1
        box = clip_box([value / self._scale for value in one.box], *self._size)
        return {
            "track_id": summary.number,
            "label": one.track.label,
            "score": round(one.score, 3),
            "bbox": [round(float(value), 1) for value in box],
        }
