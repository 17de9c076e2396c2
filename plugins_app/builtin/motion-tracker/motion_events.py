"""Finds when something moved, by combining pictures with motion into events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from motion_detector import Blob

from plugins_app import sdk


@dataclass
class _Event:
    """From the first to the last picture with motion. The peak is when the most area moved."""

    first_frame: int
    start_s: float
    last_frame: int = 0
    end_s: float = 0.0
    peak_area: float = 0.0
    peak_s: float = 0.0
    boxes: list[list[float]] | None = None


class EventLog:
    """Collects events from the pictures of a video.

    Pauses of up to `merge_gap_s` seconds are part of an event, and events shorter than
    `min_duration_s` are left out. `scale` is analysed pixels per pixel of the video, `width` and
    `height` are the video's.
    """

    def __init__(
        self, min_duration_s: float, merge_gap_s: float, scale: float, width: int, height: int
    ) -> None:
        self._min_duration_s = min_duration_s
        self._merge_gap_s = merge_gap_s
        self._scale = scale
        self._size = (width, height)
        self._events: list[_Event] = []

    def add(self, index: int, time_s: float, blobs: list[Blob]) -> None:
        """Add a picture: its number, its time in seconds, and the blobs that move in it."""
        if not blobs:
            return
        if not self._events or time_s - self._events[-1].end_s > self._merge_gap_s:
            self._drop_if_short()
            self._events.append(_Event(index, time_s))
        event = self._events[-1]
        event.last_frame, event.end_s = index, time_s
        width, height = self._size
        area = sum(blob.area for blob in blobs) / (self._scale**2 * width * height)
        if area > event.peak_area:
            event.peak_area, event.peak_s = area, time_s
            event.boxes = [self._box(blob) for blob in blobs]

    def finish(self) -> list[dict[str, Any]]:
        """The events, in order.

        Each is {"start_s", "end_s", "duration_s", "first_frame", "last_frame", "peak_s",
        "peak_area", "boxes"}: `peak_area` is the share (0..1) of the picture that moved at
        `peak_s`; `boxes` are [x, y, width, height] at that time in pixels of the video, largest
        first.
        """
        self._drop_if_short()
        return [
            {
                "start_s": round(one.start_s, 3),
                "end_s": round(one.end_s, 3),
                "duration_s": round(one.end_s - one.start_s, 3),
                "first_frame": one.first_frame,
                "last_frame": one.last_frame,
                "peak_s": round(one.peak_s, 3),
                "peak_area": round(min(1.0, one.peak_area), 5),
                "boxes": sorted(one.boxes or [], key=lambda box: -box[2] * box[3]),
            }
            for one in self._events
        ]

    def _drop_if_short(self) -> None:
        if self._events and self._duration_s(self._events[-1]) < self._min_duration_s:
            self._events.pop()

    @staticmethod
    def _duration_s(event: _Event) -> float:
        return event.end_s - event.start_s + 1e-6  # times are rounded in the container

    def _box(self, blob: Blob) -> list[float]:
        box = sdk.clip_box([float(value) / self._scale for value in blob.box], *self._size)
        return [round(value, 1) for value in box]
