"""Frames of videos: shaping them, one by one or all at once, and reading them back.

Frames are shaped before they are stored. Results stored by earlier versions may have any spelling,
so readers accept all of them. Only one frame is held in memory.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from plugins_app.json_stream import frames_in
from plugins_app.outputs.base import Fps, ShapeFrame
from plugins_app.outputs.geometry import Box, box_of, number
from plugins_app.outputs.schemas import BOX, COUNT, SCORE, TEXT, Schema, list_of, object_of
from plugins_app.outputs.spellings import (
    FRAME_KEYS,
    ID_KEYS,
    LABEL_KEYS,
    OBJECT_KEYS,
    SCORE_KEYS,
    TIME_KEYS,
    first,
    is_proper,
    plain,
    shaped_objects,
)
from plugins_app.outputs.things import Fault, Thing, ignore

WORD_LENGTH = 100
Json = dict[str, Any]

FRAME: Schema = object_of(
    "frame time objects",
    frame=COUNT,
    time={"type": ["number", "null"]},
    objects=list_of(
        object_of(
            "label score bbox",
            track_id={"type": ["integer", "string", "null"]},
            label=TEXT,
            score=SCORE,
            bbox=BOX,
        )
    ),
)
TRACK: Schema = object_of(
    "track_id label first_frame last_frame",
    track_id={"type": ["integer", "string"]},
    label=TEXT,
    first_frame=COUNT,
    last_frame=COUNT,
    frames=COUNT,
)
VIDEO: Schema = object_of("frames", frames=list_of(FRAME), tracks=list_of(TRACK))


class Frame(NamedTuple):
    """The things in one frame, each with a box. ``number`` is the frame's number in the video, from
    0, ``position`` its place in the result, ``time_s`` None if unknown."""

    position: int
    number: int
    time_s: float | None
    things: list[Thing]


def read_frames(path: Path, fault: Fault = ignore) -> Iterator[Frame]:
    """The frames of a result's file in their order. Raises json_stream.NotFrames."""
    for position, frame in enumerate(frames_in(path)):
        if isinstance(frame, dict):
            index = frame_number(frame, position)
            yield Frame(position, index, frame_time(frame), objects_of(frame))
        else:
            fault(f"frames[{position}] is no object.")
            yield Frame(position, position, None, [])


def unwrapped(result: Any) -> Any:
    """The inner result of ``{"success": ..., "result": {"frames": ...}}``."""
    inner = result.get("result") if isinstance(result, dict) and "frames" not in result else None
    return inner if isinstance(inner, dict) and "frames" in inner else result


def frame_number(frame: Json, position: int) -> int:
    """The frame's number in the video, or its place in the list if it has none."""
    value = first(frame, FRAME_KEYS)[1]
    return value if isinstance(value, int) and not isinstance(value, bool) else position


def frame_time(frame: Json) -> float | None:
    """Seconds from the start; None if the frame does not say."""
    return number(first(frame, TIME_KEYS)[1])


def objects_of(frame: Any) -> list[Thing]:
    """The objects of a frame that have a box."""
    found = []
    for position, entry in enumerate(listed_objects(frame)):
        if isinstance(entry, dict) and (box := _box(entry)) is not None:
            found.append(
                Thing(
                    number=position + 1,
                    label=_word(first(entry, LABEL_KEYS)[1]),
                    score=number(first(entry, SCORE_KEYS)[1]),
                    bbox=box,
                    track=_word(first(entry, ID_KEYS)[1]),
                )
            )
    return found


def listed_objects(frame: Any) -> list[Any]:
    """The entries of a frame, unchecked."""
    for _depth in range(2):  # {"detections": {"tracked_objects": [...]}}
        if not isinstance(frame, dict):
            break
        if "xyxy" in frame:
            return list(_rows(frame))
        frame = first(frame, OBJECT_KEYS)[1]
    return frame if isinstance(frame, list) else []


def _rows(columns: Json) -> Iterator[Json]:
    """``{"xyxy": [...], "confidence": [...]}`` -> one object per place."""
    boxes = columns["xyxy"]
    if not isinstance(boxes, list):
        return
    if len(boxes) == 4 and not isinstance(boxes[0], list):  # a single object, not columns
        yield columns
        return
    for place, box in enumerate(boxes):
        row = {
            name: values[place]
            for name, values in columns.items()
            if isinstance(values, list) and place < len(values)
        }
        yield row | {"xyxy": box}


def _box(entry: Json) -> Box | None:
    corners = "xyxy" in entry
    box = box_of(entry.get("xyxy") if corners else entry.get("bbox", entry.get("box")))
    if box is None or not corners:
        return box
    left, top, right, bottom = box
    return left, top, right - left, bottom - top


def _word(value: Any) -> str:
    return str(value)[:WORD_LENGTH] if isinstance(value, str | int | float) else ""


def shaped_video(result: Json, frames: list[Any], fps: Fps) -> Json:
    """Shape a whole result with frames, and add summaries of tracks if it has none."""
    shape = frame_shaper(fps, result.get("fps"))
    shaped = [shape(one, position) for position, one in enumerate(frames)]
    tracks = result.get("tracks")
    return {
        **result,
        "frames": shaped,
        "tracks": tracks if isinstance(tracks, list) else _track_summaries(shaped),
    }


def frame_shaper(fps: Fps, said: Any = None) -> ShapeFrame:
    """A function that shapes frames. Missing times are computed from the frame rate: ``said`` by
    the result in frames per second, or else read from the video, once."""
    rate = _FrameRate(said, fps)
    return lambda one, position: _shaped_frame(one, position, rate)


class _FrameRate:
    def __init__(self, said: Any, ask: Fps) -> None:
        known = isinstance(said, int | float) and said > 0
        self._value: float | None = float(said) if known else None
        self._ask = ask

    def time_of(self, index: Any) -> float | None:
        """The time of a frame in seconds; None if unknown."""
        if self._value is None:
            self._value = self._ask()
        return index / self._value if self._value and isinstance(index, int) else None


def _shaped_frame(one: Any, position: int, rate: _FrameRate) -> Any:
    one = plain(one)
    if not isinstance(one, dict) or _is_proper_frame(one):
        return one
    number_name, index = first(one, FRAME_KEYS)
    index = index if number_name else position
    time_name, time = first(one, TIME_KEYS)
    if not isinstance(time, int | float):
        time_name, time = "", rate.time_of(index)
    objects_name, objects = "", []
    for name in OBJECT_KEYS:
        if (found := shaped_objects(one.get(name))) is not None:
            objects_name, objects = name, found
            break
    used = {number_name, time_name, objects_name}
    rest = {name: value for name, value in one.items() if name not in used}
    return {"frame": index, "time": time, "objects": objects, **rest}


def _is_proper_frame(one: Json) -> bool:
    objects = one.get("objects")
    return (
        isinstance(objects, list)
        and isinstance(one.get("frame"), int)
        and isinstance(one.get("time"), int | float)
        and all(map(is_proper, objects))
    )


def _track_summaries(frames: list[Any]) -> list[Json]:
    """One entry per track: its first and last frame, and the number of frames it is in."""
    tracks: dict[Any, Json] = {}
    for frame in frames:
        for one in frame["objects"] if isinstance(frame, dict) else ():
            track = one.get("track_id") if isinstance(one, dict) else None
            if not isinstance(track, int | str):
                continue
            found = tracks.setdefault(
                track,
                {
                    "track_id": track,
                    "label": one.get("label"),
                    "first_frame": frame["frame"],
                    "last_frame": frame["frame"],
                    "frames": 0,
                },
            )
            found["last_frame"] = frame["frame"]
            found["frames"] += 1
    return list(tracks.values())
