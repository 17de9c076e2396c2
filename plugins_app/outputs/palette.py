"""The colours of things, the same on pages and in drawings.

Pages have them in static/css/job.css, where scripts read them, too.
"""

from collections.abc import Iterable

Colour = tuple[int, int, int]
"""Red, green, blue."""

COLOURS: tuple[Colour, ...] = (
    (15, 143, 179), (217, 72, 15), (47, 158, 68), (156, 54, 181),
    (224, 164, 0), (224, 49, 119), (59, 91, 219), (122, 139, 0),
)  # fmt: skip


def colour_numbers(groups: Iterable[str]) -> list[int]:
    """The index in ``COLOURS`` for each thing: one per group, in the order in which groups first
    appear."""
    known: dict[str, int] = {}
    return [known.setdefault(group, len(known)) % len(COLOURS) for group in groups]


def track_colour(name: str) -> int:
    """The index in ``COLOURS`` for a track, from its id or else its label. It depends on the name
    only, as the number of tracks is unknown while frames are streamed."""
    is_number = name.isascii() and name.isdigit() and len(name) < 10
    return (int(name) if is_number else sum(name.encode())) % len(COLOURS)
