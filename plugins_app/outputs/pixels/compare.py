"""Which comparison two results get: by what is in them, whatever their tools declare.

Each thing of either result is in one of five states: ``same``, ``moved`` (the same thing at another
place), ``changed`` (at its place, or near it, with another label or text), ``gone`` (only in the
first) and ``new`` (only in the second). Results are free JSON of any plugin: what does not fit its
kind is left out, and everything is bounded.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from plugins_app.json_stream import NotFrames, frames_in
from plugins_app.outputs import KINDS, kinds_in
from plugins_app.outputs.pixels import pixels_of
from plugins_app.outputs.pixels.base import KindPixels
from plugins_app.outputs.pixels.placed import Source, compare_placed
from plugins_app.outputs.pixels.tracks import compare_tracks

MAX_BYTES = 32 * 1024 * 1024
"""Size limit for results that are read whole; tracks are read frame by frame."""


class NotCompared(Exception):
    """Two results can't be compared; the text is a message for people."""


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
    """The same for two documents that are no tracks of videos.

    Where both have things of several kinds, those of the later kind say more; text says least.
    Objects of two kinds are compared as such, by their boxes.
    """
    telling = [name for name in reversed(KINDS) if name != "json" and not KINDS[name].common_word]
    if pixels := _of_both(telling, a, b):
        return pixels.compare(a, b)
    if (one := _objects(a)) and (other := _objects(b)):
        return compare_placed("detections", one, other)
    common = [name for name in KINDS if KINDS[name].common_word]
    return (_of_both(common, a, b) or pixels_of("json")).compare(a, b)


def _of_both(names: Iterable[str], a: Any, b: Any) -> KindPixels | None:
    """The first of these kinds that both results can be compared as."""
    kinds = map(pixels_of, names)
    return next((one for one in kinds if one.comparable(a) and one.comparable(b)), None)


def _objects(result: Any) -> Source | None:
    found = [kind for kind in kinds_in(result) if kind.placed]
    return (found[-1], result) if found else None


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
