"""Converting the spellings of results in use into the canonical one.

Plugins written for the original ForgeSyte use other names: ``xyxy`` corners instead of boxes,
``confidence`` instead of ``score``, ``frame_index`` or ``frame_idx``, and everything inside
``{"success", "result"}``.
"""

from typing import Any

from plugins_app.sdk.boxes import box_from_corners

FRAME_KEYS = ("frame", "frame_index", "frame_idx", "index")
TIME_KEYS = ("time", "time_s", "timestamp")
OBJECT_KEYS = ("objects", "detections", "tracked_objects", "tracks")
ID_KEYS = ("track_id", "tracker_id", "tracking_id", "id")
LABEL_KEYS = ("label", "class_name", "class", "name")
SCORE_KEYS = ("score", "confidence")
TRACK_KEYS = tuple(key for key in ID_KEYS if key != "id")  # that may be anything's number
OLD_TRACK_KEYS = frozenset(TRACK_KEYS[1:])
CORNERS = ("x1", "y1", "x2", "y2")
ENVELOPE = {"success", "status", "result", "message", "plugin", "plugin_id", "tool", "tool_name"}

Json = dict[str, Any]


def plain(value: Any) -> Any:
    """Pydantic models as dicts, numpy arrays as lists, one level deep."""
    if isinstance(value, dict | list | str | int | float):
        return value
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if not isinstance(value, type) and hasattr(value, "tolist"):
        return value.tolist()
    return list(value) if isinstance(value, tuple) else value


def opened(result: Any) -> Any:
    """The inner result of ``{"success": true, "result": ...}``."""
    if isinstance(result, dict) and "success" in result and set(result) <= ENVELOPE:
        return plain(result.get("result", result))
    return result


def first(data: Json, names: tuple[str, ...]) -> tuple[str, Any]:
    """The first of these names that has a value, and the value."""
    return next(((name, data[name]) for name in names if data.get(name) is not None), ("", None))


def shaped_objects(value: Any, deeper: bool = True) -> list[Any] | None:
    """A list of objects from a list, columns, or a dict around either; None otherwise."""
    value = plain(value)
    if isinstance(value, list):
        return [shaped_object(one) for one in value]
    if not isinstance(value, dict):
        return None
    if "xyxy" in value:
        return [shaped_object(row) for row in _rows(value)]
    for name in OBJECT_KEYS if deeper else ():
        if (found := shaped_objects(value.get(name), deeper=False)) is not None:
            return found
    return None


def _rows(columns: Json) -> list[Json]:
    """One dict per row of ``{"xyxy": [...], "confidence": [...]}``."""
    lists = {name: plain(column) for name, column in columns.items()}
    length = len(lists["xyxy"]) if isinstance(lists["xyxy"], list) else 0
    complete = {
        name: column
        for name, column in lists.items()
        if isinstance(column, list) and len(column) == length
    }
    return [{name: column[row] for name, column in complete.items()} for row in range(length)]


def shaped_object(one: Any) -> Any:
    """One detected or tracked object: ``label``, ``score``, ``bbox``, ``track_id``."""
    if is_proper(one):
        return one
    one = plain(one)
    if not isinstance(one, dict):
        return one
    used, box = shaped_box(one)
    if box is None:
        return one
    label_name, label = first(one, LABEL_KEYS)
    score_name, score = first(one, SCORE_KEYS)
    track_name, track = first(one, TRACK_KEYS)
    if label is None:
        label = one.get("class_id", "object")
    rest = set(one) - {*used, label_name, score_name, track_name, "score", "label"}
    shaped = {"label": str(label), "score": score, "bbox": box}
    if track_name:
        shaped = {"track_id": None if track == -1 else track, **shaped}
    return shaped | {name: one[name] for name in one if name in rest}


def is_proper(one: Any) -> bool:
    """Whether an object already has the canonical shape."""
    if not isinstance(one, dict) or "label" not in one or "score" not in one:
        return False
    return _is_box(one.get("bbox")) and OLD_TRACK_KEYS.isdisjoint(one)


def _is_box(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 4


def shaped_box(one: Json) -> tuple[set[str], list[Any] | None]:
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
