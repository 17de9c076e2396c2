"""Reads results strictly: a result that does not match its kind is left out of an export.

Coordinates are in pixels of the upright picture.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from export_entries import Entry, Unfit

from plugins_app.json_stream import NotFrames
from plugins_app.outputs import Thing, kind_named
from plugins_app.outputs.frames import Frame, read_frames
from plugins_app.sdk.masks import Rle, run_lengths

WHOLE_BYTES = 64 * 1024 * 1024
"""Larger results are only read if they are lists of frames."""
LABEL_LENGTH = 500
NO_LABEL = "object"


def has_frames(entry: Entry) -> bool:
    """Whether a result consists of frames of a video."""
    return entry.is_video and kind_named(entry.output).in_frames


def document(entry: Entry) -> Any:
    """The whole result. Raises Unfit if it is too large or not JSON."""
    if entry.result_size_bytes > WHOLE_BYTES:
        raise Unfit(f"The result is larger than {WHOLE_BYTES // 1024**2} MB.")
    try:
        text = Path(entry.result_path).read_text(encoding="utf-8")
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Unfit("The result can't be read as JSON.") from error


def things(entry: Entry, *kinds: str, min_score: float = 0.0) -> list[Thing]:
    """The things found in a picture, in the order of the result, if its kind is one of ``kinds``.

    Things with a score below ``min_score`` are left out. Raises Unfit.
    """
    return things_in(entry, _document_of(entry, kinds), min_score)


def on_picture(entry: Entry, *kinds: str, min_score: float = 0.0) -> list[Thing]:
    """The same as ``things``, but only for the first page of a document, which is the picture."""
    return [one for one in things(entry, *kinds, min_score=min_score) if one.page == 1]


def things_in(entry: Entry, result: Any, min_score: float = 0.0) -> list[Thing]:
    """The same as ``things`` for a result that has already been read. Raises Unfit."""
    kind = kind_named(entry.output)
    found = kind.things(result, _unfit)
    if found is None:
        raise Unfit(f"The result has no list {kind.listed!r}.")
    found = [_cleaned(one, kind.placed) for one in found]
    masked = kind.name == "masks"
    found = [one._replace(rle=_mask(entry, one) if masked else None) for one in found]
    return [one for one in found if one.score is None or one.score >= min_score]


def _document_of(entry: Entry, kinds: tuple[str, ...]) -> Any:
    if entry.output not in kinds or not kind_named(entry.output).listed:
        raise Unfit(f"This format doesn't support results of the kind {entry.output}.")
    if entry.is_video:
        raise Unfit("This is the result of a video, and the format is for pictures.")
    return document(entry)


def frames(entry: Entry, min_score: float = 0.0) -> Iterator[Frame]:
    """The things found in each frame of a video, one frame at a time. Raises Unfit."""
    if not has_frames(entry):
        raise Unfit("This is not a result with frames of a video.")
    last = -1
    try:
        for frame in read_frames(Path(entry.result_path), _unfit):
            if frame.number <= last or frame.number > 10**9:
                raise Unfit(f"frames[{frame.position}] is out of order.")
            last = frame.number
            kept = (one for one in frame.things if one.score is None or one.score >= min_score)
            yield frame._replace(things=[_framed(one) for one in kept])
    except NotFrames as error:
        raise Unfit(str(error)) from error


def clean_text(value: Any, most: int = 10**6) -> str:
    """A text that can be encoded, without NUL and cut to ``most`` characters."""
    if not isinstance(value, str):
        return ""
    return value[:most].replace("\0", "").encode("utf-8", "replace").decode()


def numeral(value: float, digits: int = 3) -> str:
    """A number without trailing zeros: ``12``, ``0.5``."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def tidy(value: float, digits: int = 3) -> float | int:
    """A rounded number for JSON; whole ones are ints."""
    rounded = round(value, digits)
    return int(rounded) if rounded == int(rounded) else rounded


def _unfit(sentence: str) -> NoReturn:
    raise Unfit(sentence)


def _cleaned(one: Thing, placed: bool) -> Thing:
    """The thing with texts that can be written, and a label if its kind has places."""
    label = clean_text(one.label, LABEL_LENGTH).strip()
    points = tuple(
        point._replace(name=clean_text(point.name, LABEL_LENGTH)) for point in one.points
    )
    return one._replace(
        label=label or (NO_LABEL if placed else ""),
        text=clean_text(one.text),
        format=clean_text(one.format, 100),
        points=points,
    )


def _framed(one: Thing) -> Thing:
    """The thing with texts that can be written. Negative box sizes become 0."""
    x, y, width, height = one.place
    return one._replace(
        track=clean_text(one.track),
        label=clean_text(one.label, LABEL_LENGTH).strip() or NO_LABEL,
        bbox=(x, y, max(width, 0.0), max(height, 0.0)),
    )


def _mask(entry: Entry, one: Thing) -> Rle:
    where = f"masks[{one.number - 1}]"
    try:
        size, counts = [int(number) for number in one.rle["size"]], one.rle["counts"]
        fits = size == [entry.height, entry.width]
        runs = run_lengths({"size": size, "counts": counts}) if fits else []
    except (TypeError, KeyError, ValueError, OverflowError, AttributeError) as error:
        raise Unfit(f"{where}.rle is not a mask in run lengths.") from error
    if not fits:
        raise Unfit(
            f"{where}.rle has {size[1]} x {size[0]} pixels,"
            f" but the picture has {entry.width} x {entry.height}."
        )
    return {"size": size, "counts": runs}


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not JSON")
