"""Draws the tracks of a result into its video: boxes, ids and the trail of each object."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from encoder import Encoder

from plugins_app import sdk
from plugins_app.json_stream import NotFrames
from plugins_app.outputs.frames import read_frames
from plugins_app.outputs.geometry import clipped
from plugins_app.outputs.palette import COLOURS, track_colour
from plugins_app.outputs.pixels.captions import label_picture, line_of
from plugins_app.outputs.things import Thing

TRAIL_FRAMES = 45
HELD_FRAMES = 15
"""For how many frames boxes stay visible without new ones, because tools may skip frames."""


def preview_video(video_path: str, result_path: str, max_side: int) -> dict[str, Any]:
    """Write ``preview.mp4`` (or .webm): the video, at most ``max_side`` pixels, with its tracks.

    Returns ``name``, ``codec``, ``width``, ``height``, ``frames``. Raises ToolError.
    """
    video = sdk.frames(video_path, max_side=max_side)
    encoder = Encoder("preview", video.info.fps)
    painter = _Painter(video.scale)
    try:
        shown = _Shown(Path(result_path))
        for index, time_s, image in video:
            painter.paint(image, shown.at(index))
            encoder.add(image, time_s)
    except NotFrames as error:
        raise sdk.ToolError(f"{error} There is nothing to draw.") from error
    return encoder.finish()


class _Shown:
    """The objects to show in each frame of the video, read from the result as needed."""

    def __init__(self, result: Path) -> None:
        self._coming = self._numbered(result)
        self._next = next(self._coming, None)
        self._now: tuple[int, list[Thing]] = (-HELD_FRAMES, [])

    def at(self, index: int) -> tuple[bool, list[Thing]]:
        """Whether the result has new objects for this frame, and the objects to show in it."""
        fresh = False
        while self._next is not None and self._next[0] <= index:
            self._now, fresh = self._next, True
            self._next = next(self._coming, None)
        held = index - self._now[0] < HELD_FRAMES
        return fresh, self._now[1] if held else []

    @staticmethod
    def _numbered(result: Path) -> Iterator[tuple[int, list[Thing]]]:
        return ((frame.number, frame.things) for frame in read_frames(result))


class _Painter:
    """Paints into frames, in place. ``scale`` is pixels of the frame per pixel of the result."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._trails: dict[str, deque[tuple[int, int]]] = {}
        self._unseen: dict[str, int] = {}

    def paint(self, image: np.ndarray, shown: tuple[bool, list[Thing]]) -> None:
        """Paint the boxes and trails of one frame, (H, W, 3) uint8 BGR."""
        fresh, objects = shown
        if fresh:
            self._follow(objects)
        width = max(1, round(max(image.shape[:2]) / 400))
        for track_id, trail in self._trails.items():
            points = np.array(trail, np.int32).reshape(-1, 1, 2)
            cv2.polylines(
                image, [points], False, COLOURS[track_colour(track_id)][::-1], width, cv2.LINE_AA
            )
        for one in objects:
            self._box(image, one, width)

    def _follow(self, objects: list[Thing]) -> None:
        for track_id in list(self._trails):
            self._unseen[track_id] += 1
            if self._unseen[track_id] > TRAIL_FRAMES:
                del self._trails[track_id], self._unseen[track_id]
        for one in objects:
            if one.track:
                x, y, w, h = one.place
                foot = (round((x + w / 2) * self._scale), round((y + h) * self._scale))
                trail = self._trails.setdefault(one.track, deque(maxlen=TRAIL_FRAMES))
                trail.append(foot)
                self._unseen[one.track] = 0

    def _box(self, image: np.ndarray, one: Thing, width: int) -> None:
        x, y, w, h = (value * self._scale for value in one.place)
        corner, opposite = (round(x), round(y)), (round(x + w), round(y + h))
        paint = COLOURS[track_colour(one.track or one.label)]
        cv2.rectangle(image, corner, opposite, paint[::-1], width + 1, cv2.LINE_AA)
        text = " ".join(part for part in (f"#{one.track}" * bool(one.track), one.label) if part)
        visible = clipped((x, y, w, h), image.shape[1], image.shape[0])
        if visible and (text := line_of(text)):
            label = label_picture(text, paint, max(11, round(max(image.shape[:2]) / 64)))
            _paste(image, label[:, :, ::-1], corner[0], corner[1] - len(label))


def _paste(image: np.ndarray, label: np.ndarray, x: int, y: int) -> None:
    """Put a label on the picture, as close to the position as it fits."""
    height, width = image.shape[:2]
    x, y = max(min(x, width - label.shape[1]), 0), max(min(y, height - label.shape[0]), 0)
    part = image[y : y + label.shape[0], x : x + label.shape[1]]
    part[:] = label[: part.shape[0], : part.shape[1]]
