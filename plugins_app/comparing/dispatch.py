"""Which comparison two results get: by what is in them, whatever their tools declare."""

import json
from pathlib import Path
from typing import Any

from plugins_app.comparing.free import compare_free
from plugins_app.comparing.objects import compare_codes, compare_objects
from plugins_app.comparing.text import compare_text
from plugins_app.comparing.tracks import compare_tracks
from plugins_app.json_stream import NotFrames, frames_in

MAX_BYTES = 32 * 1024 * 1024
"""Of a result that is read whole; tracks are read frame by frame."""
OBJECTS = ("masks", "detections")


class NotCompared(Exception):
    """Two results can't be compared; the text is a sentence."""


def compare_files(a: Path, b: Path) -> dict[str, Any]:
    """The comparison of two results' files: ``kind``, ``counts`` by state, ``things``,
    ``left_out``, and more by kind. Raises NotCompared."""
    if _has_frames(a) and _has_frames(b):
        try:
            return compare_tracks(a, b)
        except NotFrames as error:
            raise NotCompared(str(error)) from error
    return compare_documents(_read(a), _read(b))


def compare_documents(a: Any, b: Any) -> dict[str, Any]:
    """The same for two documents that are no tracks of videos."""
    if isinstance(a, dict) and isinstance(b, dict):
        if all(_has(one, "codes") for one in (a, b)):
            return compare_codes(a["codes"], b["codes"])
        first, second = (next((n for n in OBJECTS if _has(one, n)), "") for one in (a, b))
        if first and second:
            kind = first if first == second else "detections"
            return compare_objects(kind, a[first], b[second])
        if all(_has(one, "lines") or isinstance(one.get("text"), str) for one in (a, b)):
            return compare_text(a, b)
    return compare_free(a, b)


def _has(result: dict[str, Any], name: str) -> bool:
    return isinstance(result.get(name), list)


def _has_frames(path: Path) -> bool:
    try:
        next(frames_in(path), None)
    except NotFrames:
        return False
    return True


def _read(path: Path) -> Any:
    if path.stat().st_size > MAX_BYTES:
        raise NotCompared(f"A result is larger than {MAX_BYTES >> 20} MB, too large to compare.")
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise NotCompared("A result can't be read as JSON.") from error
