"""Reads results of the output kind ``tracks``, in every spelling in use, and sums them up.

The canonical form is in docs/plugins.md. Plugins of the original ForgeSyte write ``frame_index``
or ``frame_idx``, boxes as ``xyxy``, a result around the result, and sometimes objects as columns.
What does not fit is left out. Pure Python without the server: plugin hosts use it too.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

BINS = 200
MAX_TRACKS_KEPT = 1000
FRAME_KEYS = ("frame", "frame_index", "frame_idx", "index")
TIME_KEYS = ("time", "time_s", "timestamp")
OBJECT_KEYS = ("objects", "detections", "tracked_objects", "tracks")
ID_KEYS = ("track_id", "tracker_id", "tracking_id", "id")
LABEL_KEYS = ("label", "class_name", "class", "name")
SCORE_KEYS = ("score", "confidence")
MAX_NUMBER = 1e9


class TrackedObject(NamedTuple):
    """One object in one frame; ``bbox`` is [x, y, width, height] in pixels."""

    track_id: str
    label: str
    score: float | None
    bbox: tuple[float, float, float, float]


def unwrapped(result: Any) -> Any:
    """``{"success": ..., "result": {"frames": ...}}`` -> what stands inside."""
    inner = result.get("result") if isinstance(result, dict) and "frames" not in result else None
    return inner if isinstance(inner, dict) and "frames" in inner else result


def frame_number(frame: dict[str, Any], position: int) -> int:
    """The frame's number in the video; its place in the list where it does not say."""
    value = _first(frame, FRAME_KEYS)
    return value if isinstance(value, int) and not isinstance(value, bool) else position


def frame_time(frame: dict[str, Any]) -> float | None:
    """Seconds from the start, if it says so."""
    return number(_first(frame, TIME_KEYS))


def objects_of(frame: Any) -> list[TrackedObject]:
    """The objects of a frame that have a box."""
    listed = _listed(frame)
    found = (_object(entry) for entry in listed if isinstance(entry, dict))
    return [one for one in found if one is not None]


def number(value: Any) -> float | None:
    """A finite number of a sane size, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < MAX_NUMBER and math.isfinite(value) else None


def _listed(frame: Any) -> list[Any]:
    for _depth in range(2):  # {"detections": {"tracked_objects": [...]}}
        if not isinstance(frame, dict):
            break
        if "xyxy" in frame:
            return list(_rows(frame))
        frame = _first(frame, OBJECT_KEYS)
    return frame if isinstance(frame, list) else []


def _rows(columns: dict[str, Any]) -> Iterator[dict[str, Any]]:
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


def _object(entry: dict[str, Any]) -> TrackedObject | None:
    box = _box(entry)
    if box is None:
        return None
    return TrackedObject(
        track_id=_word(_first(entry, ID_KEYS)),
        label=_word(_first(entry, LABEL_KEYS)),
        score=number(_first(entry, SCORE_KEYS)),
        bbox=box,
    )


def _box(entry: dict[str, Any]) -> tuple[float, float, float, float] | None:
    corners = "xyxy" in entry
    values = entry.get("xyxy") if corners else entry.get("bbox", entry.get("box"))
    if not isinstance(values, list | tuple) or len(values) != 4:
        return None
    a, b, c, d = (number(value) for value in values)
    if a is None or b is None or c is None or d is None:
        return None
    return (a, b, c - a, d - b) if corners else (a, b, c, d)


def _first(data: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((data[name] for name in names if data.get(name) is not None), None)


def _word(value: Any) -> str:
    return str(value)[:100] if isinstance(value, str | int | float) else ""


class Summary:
    """Counts the frames of a video result one by one; small, however long the video is."""

    def __init__(self) -> None:
        self.frames = self.objects = self.most = 0
        self.rest: dict[str, Any] = {}
        """The result's other members."""
        self._width = 1
        self._bins: list[int] = []

    def add(self, frame: Any) -> None:
        """Count one frame."""
        count = len(_listed(frame))
        self.objects += count
        self.most = max(self.most, count)
        if self.frames == self._width * BINS:  # halve the resolution
            pairs = zip(self._bins[::2], self._bins[1::2], strict=True)
            self._bins = [left + right for left, right in pairs]
            self._width *= 2
        if self.frames % self._width == 0:
            self._bins.append(0)
        self._bins[-1] += count
        self.frames += 1

    def document(self) -> dict[str, Any]:
        """The summary with what else the result says (``tracks`` and small values).

        ``per_bin`` are mean numbers of objects over ``bin_frames`` frames each.
        """
        tracks = self.rest.get("tracks")
        tracks = tracks if isinstance(tracks, list) else []
        last = self.frames - (len(self._bins) - 1) * self._width
        widths = [self._width] * (len(self._bins) - 1) + [last]
        return {
            "frames": {
                "count": self.frames,
                "objects": self.objects,
                "most": self.most,
                "bin_frames": self._width,
                "per_bin": [round(n / w, 3) for n, w in zip(self._bins, widths, strict=False)],
            },
            "tracks": tracks[:MAX_TRACKS_KEPT],
            "track_count": len(tracks),
            "values": {key: value for key, value in self.rest.items() if _is_small(value)},
        }


def summarised(result: Any) -> Summary | None:
    """The summary of a whole result, or None where it has no frames."""
    result = unwrapped(result)
    if not isinstance(result, dict) or not isinstance(result.get("frames"), list):
        return None
    summary = Summary()
    for frame in result["frames"]:
        summary.add(frame)
    summary.rest = {key: value for key, value in result.items() if key != "frames"}
    return summary


def _is_small(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 200
    return value is None or isinstance(value, bool | int | float)
