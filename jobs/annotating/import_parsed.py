"""What a file says of one image, before anybody knows whether there is such an image."""

from dataclasses import dataclass, field
from typing import NamedTuple

from jobs.refusal import Refusal

MAX_BOXES = 100_000
"""Of one request."""
MAX_IMAGES = 20_000
MAX_FAULTS = 20
"""Of one image are told."""


Box = tuple[float, float, float, float]


class GivenBox(NamedTuple):
    """A box as it stands in the file: ``x, y, width, height``; with ``relative`` in parts of the
    image's width and height instead of pixels. ``where`` names its place: ``Line 3``."""

    bbox: Box
    label: str
    relative: bool
    where: str


@dataclass
class Given:
    """Boxes of one image. ``name`` is the image's file name, or (``any_extension``) its stem.

    ``size`` (width, height) is what the file says of the image, if it does; ``faults`` are
    sentences about boxes that can't be taken, for which none of the image is, and ``dropped`` about
    those that are left out alone. ``lost`` are boxes of an image that the file does not name.
    """

    file: str
    name: str
    any_extension: bool = False
    size: tuple[int, int] | None = None
    boxes: list[GivenBox] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    lost: bool = False

    def refuse(self, where: str, why: str) -> None:
        """Note a box that can't be taken."""
        _note(self.faults, where, why)

    def drop(self, where: str, why: str) -> None:
        """Note a box that is left out, while the image's others are taken."""
        _note(self.dropped, where, why)


def _note(notes: list[str], where: str, why: str) -> None:
    if len(notes) < MAX_FAULTS:
        notes.append(f"{where}: {why}")
    elif len(notes) == MAX_FAULTS:
        notes.append("And more like these.")


class Room:
    """How many boxes may still come in."""

    def __init__(self) -> None:
        self._left = MAX_BOXES

    def take(self) -> None:
        """Count one. Raises Refusal when it is one too many."""
        self._left -= 1
        if self._left < 0:
            raise Refusal(
                413, f"There are more than {MAX_BOXES:,} boxes. Send them in several parts."
            )
