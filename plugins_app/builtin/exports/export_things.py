"""What a result says, checked while it is read: it was written by a plugin, and may be anything.

Shapes are those of plugins_app/output_shapes.py; coordinates are pixels of the upright picture.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from export_entries import Entry, Unfit

from plugins_app.json_stream import NotFrames, frames_in
from plugins_app.sdk.masks import Rle, run_lengths
from plugins_app.tracks import TrackedObject, frame_number, frame_time, objects_of

WHOLE_BYTES = 64 * 1024 * 1024
"""A larger result that is no list of frames is not read."""
LABEL_LENGTH = 500
NO_LABEL = "object"
LISTS = {"detections": "detections", "masks": "masks", "text": "lines", "codes": "codes"}
"""Where each output kind keeps its things."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Thing:
    """Something that was found. ``bbox`` is x, y, width, height; ``rle`` a mask as run lengths;
    ``polygon`` its corners. What is not known is None or empty."""

    label: str
    score: float | None
    bbox: Box | None
    rle: Rle | None = None
    polygon: tuple[tuple[float, float], ...] = ()
    text: str = ""
    format: str = ""


@dataclass(frozen=True)
class Frame:
    """What was found in one frame of a video; ``index`` from 0, ``time_s`` None where unknown."""

    index: int
    time_s: float | None
    objects: list[TrackedObject]


def has_frames(entry: Entry) -> bool:
    """Whether a result tells of the frames of a video."""
    return entry.is_video and entry.output in ("tracks", "detections")


def document(entry: Entry) -> Any:
    """The whole result. Raises Unfit for one that is too large or no JSON."""
    if entry.result_size_bytes > WHOLE_BYTES:
        raise Unfit(f"The result is larger than {WHOLE_BYTES // 1024**2} MB.")
    try:
        text = Path(entry.result_path).read_text(encoding="utf-8")
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Unfit("The result is no JSON that can be read.") from error


def things(entry: Entry, *kinds: str, min_score: float = 0.0) -> list[Thing]:
    """What was found in a picture, in the order of the result, where its kind is one of these.

    What has a lower score is left away. Raises Unfit.
    """
    name = LISTS.get(entry.output)
    if name is None or entry.output not in kinds:
        raise Unfit(f"This format has no place for results of the kind {entry.output}.")
    if entry.is_video:
        raise Unfit("It is the result of a video, and this format is for pictures.")
    result = document(entry)
    listed = result.get(name) if isinstance(result, dict) else None
    if not isinstance(listed, list):
        raise Unfit(f"The result has no list {name!r}.")
    found = [_thing(entry, one, f"{name}[{place}]") for place, one in enumerate(listed)]
    return [one for one in found if one.score is None or one.score >= min_score]


def frames(entry: Entry, min_score: float = 0.0) -> Iterator[Frame]:
    """What was found in each frame of a video, one frame at a time. Raises Unfit."""
    if not has_frames(entry):
        raise Unfit("It is no result with the frames of a video.")
    last = -1
    try:
        for position, frame in enumerate(frames_in(Path(entry.result_path))):
            if not isinstance(frame, dict):
                raise Unfit(f"frames[{position}] is no object.")
            index = frame_number(frame, position)
            if index <= last or index > 10**9:
                raise Unfit(f"frames[{position}] is out of order.")
            last = index
            kept = (one for one in objects_of(frame) if one.score is None or one.score >= min_score)
            objects = [_cleaned(one) for one in kept]
            yield Frame(index, frame_time(frame), objects)
    except NotFrames as error:
        raise Unfit(str(error)) from error


def clipped(box: Box, width: float, height: float) -> Box | None:
    """The part of a box that lies in the picture, or None where nothing does."""
    x, y, w, h = box
    left, top = min(max(x, 0.0), width), min(max(y, 0.0), height)
    right, bottom = min(max(x + w, 0.0), width), min(max(y + h, 0.0), height)
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def clean_text(value: Any, most: int = 10**6) -> str:
    """A text that can be encoded, without NUL."""
    if not isinstance(value, str):
        return ""
    return value[:most].replace("\0", "").encode("utf-8", "replace").decode()


def numeral(value: float, digits: int = 3) -> str:
    """A number without needless digits: ``12``, ``0.5``."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def tidy(value: float, digits: int = 3) -> float | int:
    """A number for JSON; whole ones without a point."""
    rounded = round(value, digits)
    return int(rounded) if rounded == int(rounded) else rounded


def _thing(entry: Entry, one: Any, where: str) -> Thing:
    if not isinstance(one, dict):
        raise Unfit(f"{where} is no object.")
    placed = entry.output in ("detections", "masks")
    polygon = _polygon(one.get("polygon"), where)
    bbox = _bbox(one.get("bbox"), where) or _around(polygon)
    if placed and bbox is None:
        raise Unfit(f"{where} has no bbox.")
    label = clean_text(one.get("label"), LABEL_LENGTH).strip()
    return Thing(
        label=label or (NO_LABEL if placed else ""),
        score=_score(one.get("score"), where),
        bbox=bbox,
        rle=_mask(entry, one.get("rle"), where) if entry.output == "masks" else None,
        polygon=polygon,
        text=clean_text(one.get("text")),
        format=clean_text(one.get("format"), 100),
    )


def _bbox(value: Any, where: str) -> Box | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 4 or not all(map(_is_number, value)):
        raise Unfit(f"{where}.bbox is not [x, y, width, height].")
    x, y, width, height = (float(number) for number in value)
    if width < 0 or height < 0:
        raise Unfit(f"{where}.bbox has a negative size.")
    return x, y, width, height


def _score(value: Any, where: str) -> float | None:
    if value is None:
        return None
    if not _is_number(value):
        raise Unfit(f"{where}.score is no number.")
    return float(value)


def _polygon(value: Any, where: str) -> tuple[tuple[float, float], ...]:
    if value is None:
        return ()
    whole = isinstance(value, list) and all(
        isinstance(point, list) and len(point) == 2 and all(map(_is_number, point))
        for point in value
    )
    if not whole:
        raise Unfit(f"{where}.polygon is no list of [x, y].")
    return tuple((float(x), float(y)) for x, y in value)


def _around(polygon: tuple[tuple[float, float], ...]) -> Box | None:
    if not polygon:
        return None
    xs, ys = zip(*polygon, strict=True)
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def _mask(entry: Entry, value: Any, where: str) -> Rle:
    try:
        size, counts = [int(number) for number in value["size"]], value["counts"]
        fits = size == [entry.height, entry.width]
        runs = run_lengths({"size": size, "counts": counts}) if fits else []
    except (TypeError, KeyError, ValueError, OverflowError, AttributeError) as error:
        raise Unfit(f"{where}.rle is no mask in run lengths.") from error
    if not fits:
        raise Unfit(
            f"{where}.rle is {size[1]} x {size[0]} pixels large,"
            f" the picture {entry.width} x {entry.height}."
        )
    return {"size": size, "counts": runs}


def _cleaned(one: TrackedObject) -> TrackedObject:
    """With texts that can be written; a box with a negative size becomes an empty one."""
    x, y, width, height = one.bbox
    return one._replace(
        track_id=clean_text(one.track_id),
        label=clean_text(one.label, LABEL_LENGTH).strip() or NO_LABEL,
        bbox=(x, y, max(width, 0.0), max(height, 0.0)),
    )


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _is_number(value: Any) -> bool:
    """A number of a sane size; NaN is smaller than nothing."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
