"""What a result found in its picture, in one form for all output kinds.

Results are free JSON: whatever does not fit the shapes of docs/plugins.md is left out.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

from plugins_app.sdk import ToolError
from plugins_app.tracks import number

LISTS = ("masks", "detections", "lines", "codes", "keypoints")
MOST = 1000
"""More than this would hide the picture."""
MOST_CORNERS = 1000
LETTERS = 40

Point = tuple[float, float]


class Found(NamedTuple):
    """One thing. Pixels of the upright picture; ``group`` is what things of one colour share."""

    group: str
    caption: str
    corners: list[Point]
    rle: Any
    points: list[Point]


def things(result: Any) -> list[Found]:
    """Everything with a place in the picture, at most ``MOST``.

    Raises ToolError (``unsupported_input``) for a result without any list of such things.
    """
    lists = [name for name in LISTS if isinstance(result, dict) and _is_list(result.get(name))]
    if not lists:
        raise ToolError(
            "The result has nothing with a place in the picture, so there is nothing to draw.",
            reason="unsupported_input",
        )
    if "masks" in lists and "detections" in lists:
        lists.remove("detections")  # the same things once more
    return [one for name in lists for one in _of(name, result[name])][:MOST]


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _of(name: str, entries: list[Any]) -> Iterator[Found]:
    for entry in entries[:MOST]:
        if name == "keypoints":
            entry = entry if isinstance(entry, dict) else {"points": [entry]}
        if not isinstance(entry, dict):
            continue
        group = word(entry.get("format" if name == "codes" else "label"))
        corners = polygon(entry.get("polygon")) or box(entry.get("bbox"))
        points = _points(entry) if name == "keypoints" else []
        if corners or points or "rle" in entry:
            caption = "" if name == "lines" else _caption(group, entry)
            yield Found(group, caption, corners, entry.get("rle"), points)


def _caption(group: str, entry: dict[str, Any]) -> str:
    parts = [group, word(entry.get("text"))]
    score = number(entry.get("score"))
    if score is not None and 0 <= score <= 1:
        parts.append(f"{score:.2f}")
    return " ".join(part for part in parts if part)


def word(value: Any) -> str:
    """A short text on one line, without what can't be drawn."""
    if not isinstance(value, str):
        return ""
    text = unicodedata.normalize("NFC", " ".join(value[: LETTERS * 4].split()))
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    return text if len(text) <= LETTERS else text[: LETTERS - 1] + "…"


def box(bbox: Any) -> list[Point]:
    """The corners of ``[x, y, width, height]``; none for anything else."""
    values = [number(value) for value in bbox] if _is_list(bbox) and len(bbox) == 4 else [None]
    if None in values:
        return []
    x, y, width, height = values
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def polygon(points: Any) -> list[Point]:
    """``[[x, y], ...]`` with at least three corners; none for anything else."""
    if not _is_list(points) or not 3 <= len(points) <= MOST_CORNERS:
        return []
    corners = [_point(point) for point in points]
    return [] if None in corners else corners


def _points(entry: dict[str, Any]) -> list[Point]:
    """The points of a keypoints entry: a list of ``[x, y]`` or ``[x, y, score]``, COCO's flat
    ``[x, y, v, ...]`` (v = 0 means that it was not marked), or ``x`` and ``y``."""
    listed = next((entry[n] for n in ("points", "keypoints") if _is_list(entry.get(n))), None)
    if listed is None:
        found = [_point(entry.get("point") or [entry.get("x"), entry.get("y")])]
    elif listed and not _is_list(listed[0]) and not isinstance(listed[0], dict):
        threes = zip(listed[0::3], listed[1::3], listed[2::3], strict=False)
        found = [_point([x, y]) for x, y, seen in threes if seen]
    else:
        found = [
            _point([one.get("x"), one.get("y")] if isinstance(one, dict) else one)
            for one in listed[:MOST_CORNERS]
        ]
    return [point for point in found if point is not None]


def _point(value: Any) -> Point | None:
    if not _is_list(value) or len(value) < 2:
        return None
    x, y = number(value[0]), number(value[1])
    return None if x is None or y is None else (x, y)
