"""Boxes as parsed from a file, before they are matched with an image."""

from dataclasses import dataclass, field
from typing import NamedTuple

from jobs.refusal import Refusal

MAX_BOXES = 100_000
"""Limit for one request."""
MAX_IMAGES = 20_000
MAX_FAULTS = 20
"""Limit of reported errors for one image."""


Box = tuple[float, float, float, float]


class ParsedBox(NamedTuple):
    """A box as it stands in the file: ``x, y, width, height`` in pixels, or if ``relative`` as
    fractions of the image's width and height. ``where`` is its place in the file: ``Line 3``."""

    bbox: Box
    label: str
    relative: bool
    where: str


@dataclass
class ParsedImage:
    """Boxes of one image. ``name`` is the image's file name, or (``any_extension``) its stem.

    ``size`` is the image's (width, height) if the file gives one. ``faults`` are messages about
    boxes that keep the whole image from being imported, ``dropped`` about boxes that are merely
    left out. ``lost`` marks boxes whose image the file does not name.
    """

    file: str
    name: str
    any_extension: bool = False
    size: tuple[int, int] | None = None
    boxes: list[ParsedBox] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    lost: bool = False

    def refuse(self, where: str, why: str) -> None:
        """Note a box that keeps the whole image from being imported."""
        _note(self.faults, where, why)

    def drop(self, where: str, why: str) -> None:
        """Note a box that is left out; the image's other boxes are imported."""
        _note(self.dropped, where, why)


def _note(notes: list[str], where: str, why: str) -> None:
    if len(notes) < MAX_FAULTS:
        notes.append(f"{where}: {why}")
    elif len(notes) == MAX_FAULTS:
        notes.append("And more like these.")


class BoxBudget:
    """How many more boxes the request may have, of ``MAX_BOXES``."""

    def __init__(self) -> None:
        self._left = MAX_BOXES

    def take(self) -> None:
        """Count one box. Raises Refusal (413) if it is over the limit."""
        self._left -= 1
        if self._left < 0:
            raise Refusal(
                413, f"There are more than {MAX_BOXES:,} boxes. Send them in several parts."
            )
