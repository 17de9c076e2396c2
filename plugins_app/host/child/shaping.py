"""Brings results into the shape of their output kind, from the other spellings in use. No Django.

Plugins written for the original ForgeSyte name things otherwise: ``xyxy`` corners instead of boxes,
``confidence`` instead of ``score``, ``frame_index`` or ``frame_idx``, and everything inside
``{"success", "result"}``. What has its proper shape already is left as it is, and so is what
nobody recognises.
"""

from collections.abc import Callable
from typing import Any

from plugins_app.sdk import box_from_corners
from plugins_app.tracks import (
    FRAME_KEYS,
    ID_KEYS,
    LABEL_KEYS,
    OBJECT_KEYS,
    SCORE_KEYS,
    TIME_KEYS,
)

ENVELOPE = {"success", "status", "result", "message", "plugin", "plugin_id", "tool", "tool_name"}
TRACK_KEYS = tuple(key for key in ID_KEYS if key != "id")  # that may be anything's number
CORNERS = ("x1", "y1", "x2", "y2")

Json = dict[str, Any]


def in_shape(result: Any, output: str, fps: Callable[[], float]) -> Any:
    """The result in the shape of its kind. ``fps`` is asked only for frames without a time."""
    if output == "json":
        return result
    result = _unwrapped(plain(result))
    if isinstance(result, dict) and output in ("tracks", "detections"):
        if isinstance(frames := plain(result.get("frames")), list):
            return _video(result, frames, fps)
    elif isinstance(result, list) and output in ("tracks", "detections"):
        result = {"frames" if output == "tracks" else output: result}
        return in_shape(result, output, fps)
    if output == "detections" and isinstance(result, dict) and "detections" in result:
        found = _objects(result["detections"])
        return result if found is None else {**result, "detections": found}
    if output == "text" and isinstance(result, dict) and "lines" not in result:
        return _text(result)
    return result


def plain(value: Any) -> Any:
    """Pydantic models as dicts, numpy arrays as lists, one level deep."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if not isinstance(value, type) and hasattr(value, "tolist"):
        return value.tolist()
    return list(value) if isinstance(value, tuple) else value


def _unwrapped(result: Any) -> Any:
    """What is inside ``{"success": true, "result": ...}``."""
    if isinstance(result, dict) and "success" in result and set(result) <= ENVELOPE:
        return plain(result.get("result", result))
    return result


def _first(data: Json, names: tuple[str, ...]) -> tuple[str, Any]:
    """The first of these names that has a value, and the value."""
    return next(((name, data[name]) for name in names if data.get(name) is not None), ("", None))


def _objects(value: Any, deeper: bool = True) -> list[Any] | None:
    """A list of objects from a list, from columns, or from a dict around one; None: neither."""
    value = plain(value)
    if isinstance(value, list):
        return [_object(one) for one in value]
    if not isinstance(value, dict):
        return None
    if "xyxy" in value:
        return [_object(row) for row in _rows(value)]
    for name in OBJECT_KEYS if deeper else ():
        if (found := _objects(value.get(name), deeper=False)) is not None:
            return found
    return None


def _rows(columns: Json) -> list[Json]:
    """``{"xyxy": [...], "confidence": [...]}`` -> one dict for each row."""
    lists = {name: plain(column) for name, column in columns.items()}
    length = len(lists["xyxy"]) if isinstance(lists["xyxy"], list) else 0
    whole = {
        name: column
        for name, column in lists.items()
        if isinstance(column, list) and len(column) == length
    }
    return [{name: column[row] for name, column in whole.items()} for row in range(length)]


def _object(one: Any) -> Any:
    """One detected or tracked object: ``label``, ``score``, ``bbox``, ``track_id``."""
    if _is_proper(one):
        return one
    one = plain(one)
    if not isinstance(one, dict):
        return one
    used, box = _box(one)
    if box is None:
        return one
    label_name, label = _first(one, LABEL_KEYS)
    score_name, score = _first(one, SCORE_KEYS)
    track_name, track = _first(one, TRACK_KEYS)
    if label is None:
        label = one.get("class_id", "object")
    rest = set(one) - {*used, label_name, score_name, track_name, "score", "label"}
    shaped = {"label": str(label), "score": score, "bbox": box}
    if track_name:
        shaped = {"track_id": None if track == -1 else track, **shaped}
    return shaped | {name: one[name] for name in one if name in rest}


def _is_proper(one: Any) -> bool:
    if not isinstance(one, dict) or "label" not in one or "score" not in one:
        return False
    return _is_box(one.get("bbox")) and not any(key in one for key in TRACK_KEYS[1:])


def _is_box(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 4


def _box(one: Json) -> tuple[set[str], list[Any] | None]:
    """The names that held the place of an object, and the box ``[x, y, width, height]``."""
    for name in ("bbox", "box"):
        box = plain(one.get(name))
        if _is_box(box):
            return {name}, box
        if isinstance(box, dict):
            return {name}, _box_of_words(box)
    corners = plain(one.get("xyxy"))
    if _is_box(corners):
        return {"xyxy"}, box_from_corners(*corners)
    box = _box_of_words(one)
    return {*CORNERS, "x", "y", "width", "height"}, box


def _box_of_words(data: Json) -> list[Any] | None:
    if all(name in data for name in CORNERS):
        return box_from_corners(*(data[name] for name in CORNERS))
    sizes = ("width", "height") if "width" in data else ("w", "h")
    names = ("x", "y", *sizes)
    return [data[name] for name in names] if all(name in data for name in names) else None


def _video(result: Json, frames: list[Any], fps: Callable[[], float]) -> Json:
    rate = _FrameRate(result.get("fps"), fps)
    shaped = [_frame(one, position, rate) for position, one in enumerate(frames)]
    tracks = result.get("tracks")
    return {
        **result,
        "frames": shaped,
        "tracks": tracks if isinstance(tracks, list) else _summaries(shaped),
    }


class _FrameRate:
    """Frames per second: as the result says, or else as the video does, asked once."""

    def __init__(self, said: Any, ask: Callable[[], float]) -> None:
        known = isinstance(said, int | float) and said > 0
        self._value: float | None = float(said) if known else None
        self._ask = ask

    def time_of(self, number: Any) -> float | None:
        """When a frame is shown, in seconds; None where nobody knows."""
        if self._value is None:
            self._value = self._ask()
        return number / self._value if self._value and isinstance(number, int) else None


def _frame(one: Any, position: int, rate: _FrameRate) -> Any:
    one = plain(one)
    if not isinstance(one, dict):
        return one
    number_name, number = _first(one, FRAME_KEYS)
    number = number if number_name else position
    time_name, time = _first(one, TIME_KEYS)
    if not isinstance(time, int | float):
        time_name, time = "", rate.time_of(number)
    objects_name, objects = "", []
    for name in OBJECT_KEYS:
        if (found := _objects(one.get(name))) is not None:
            objects_name, objects = name, found
            break
    used = {number_name, time_name, objects_name}
    rest = {name: value for name, value in one.items() if name not in used}
    return {"frame": number, "time": time, "objects": objects, **rest}


def _summaries(frames: list[Any]) -> list[Json]:
    """One entry for each track: where it begins and ends, and in how many frames it is."""
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


def _text(result: Json) -> Json:
    """``blocks`` of text become ``lines``; their scores in percent become 0..1."""
    blocks = plain(result.get("blocks"))
    if not isinstance(blocks, list) or not isinstance(result.get("text"), str):
        return result
    blocks = [plain(block) for block in blocks]
    if not all(isinstance(block, dict) and isinstance(block.get("text"), str) for block in blocks):
        return result
    scores = [_first(block, SCORE_KEYS)[1] for block in blocks]
    top = max((score for score in scores if isinstance(score, int | float)), default=0)
    lines = []
    for block, score in zip(blocks, scores, strict=True):
        share = score / 100 if top > 1 and isinstance(score, int | float) else score
        lines.append({"text": block["text"], "score": share, "bbox": _box(block)[1]})
    rest = {name: value for name, value in result.items() if name != "blocks"}
    return {**rest, "lines": lines}
