"""A thing that a result found, and reading one: for pages, exports, drawings and comparisons alike.

Results are free JSON of any plugin. What is not valid is reported to ``fault`` and left out;
callers that must not continue with such a result let ``fault`` raise.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from plugins_app.outputs.geometry import (
    MAX_CORNERS,
    Box,
    Point,
    box_around,
    box_of,
    corners_of,
    number,
    polygon_of,
)

Fault = Callable[[str], None]
"""Takes a message such as ``lines[2].score is no number.``"""


def ignore(_sentence: str) -> None:
    """Ignore faults, for readers that leave out what is not valid."""


class Keypoint(NamedTuple):
    """A named point of a thing, in pixels; ``score`` is None where the tool gives none."""

    name: str
    x: float
    y: float
    score: float | None = None


class Thing(NamedTuple):
    """Something that was found; unknown fields are None or empty.

    ``number`` is its place in the result's list, from 1. ``bbox`` is the box that the result gives,
    or else the box around its polygon or points. ``rle`` is a mask as run lengths, unchecked (see
    ``sdk.masks``). ``track`` is the id of the track in a video. ``page`` counts from 1.
    """

    number: int
    label: str = ""
    score: float | None = None
    bbox: Box | None = None
    polygon: tuple[Point, ...] = ()
    rle: Any = None
    points: tuple[Keypoint, ...] = ()
    text: str = ""
    format: str = ""
    track: str = ""
    page: int = 1

    @property
    def group(self) -> str:
        """What things of one colour share: the label, or a code's format."""
        return self.label or self.format

    @property
    def corners(self) -> tuple[Point, ...]:
        """Its outline: the polygon, or else the box."""
        if len(self.polygon) >= 3:
            return self.polygon
        return corners_of(self.bbox) if self.bbox else ()

    @property
    def share(self) -> float | None:
        """The score if it is within 0..1, else None."""
        return self.score if self.score is not None and 0 <= self.score <= 1 else None

    @property
    def place(self) -> Box:
        """The box of a thing that is known to have one."""
        if self.bbox is None:
            raise ValueError("The thing has no place.")
        return self.bbox


def read_thing(entry: Any, position: int, where: str, fault: Fault = ignore) -> Thing | None:
    """Read one entry of a result's list, ``position`` from 0. None if it isn't an object."""
    if not isinstance(entry, dict):
        fault(f"{where} is no object.")
        return None
    polygon = read_polygon(entry.get("polygon"), where, fault)
    return Thing(
        number=position + 1,
        label=word(entry.get("label")),
        score=read_score(entry.get("score"), where, fault),
        bbox=read_box(entry.get("bbox"), where, fault) or box_around(polygon),
        polygon=polygon,
        rle=entry.get("rle"),
        text=word(entry.get("text")),
        format=word(entry.get("format")),
        page=read_page(entry),
    )


def word(value: Any) -> str:
    """A string, or a number as a string; empty for anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def read_page(entry: dict[str, Any]) -> int:
    """The page of a document, from 1; 1 if it does not say."""
    page = entry.get("page")
    return page if isinstance(page, int) and not isinstance(page, bool) and page >= 1 else 1


def read_score(value: Any, where: str, fault: Fault) -> float | None:
    """A score, usually 0..1; None if there is none."""
    score = number(value)
    if score is None and value is not None:
        fault(f"{where}.score is no number.")
    return score


def read_box(value: Any, where: str, fault: Fault) -> Box | None:
    """``[x, y, width, height]``; None if there is none."""
    if value is None:
        return None
    box = box_of(value)
    if box is None:
        fault(f"{where}.bbox is not [x, y, width, height].")
    elif box[2] < 0 or box[3] < 0:
        fault(f"{where}.bbox has a negative size.")
    return box


def read_polygon(value: Any, where: str, fault: Fault) -> tuple[Point, ...]:
    """``[[x, y], ...]``; empty if there is none."""
    if value is None:
        return ()
    polygon = polygon_of(value)
    if polygon is None:
        fault(f"{where}.polygon is no list of up to {MAX_CORNERS} [x, y].")
        return ()
    return polygon
