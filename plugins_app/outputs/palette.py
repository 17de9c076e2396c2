"""The colours of things, the same on pages and in drawings, by their order.

Pages have them in static/css/job.css, where their scripts read them too.
"""

from collections.abc import Iterable

Colour = tuple[int, int, int]
"""Red, green, blue."""

COLOURS: tuple[Colour, ...] = (
    (15, 143, 179), (217, 72, 15), (47, 158, 68), (156, 54, 181),
    (224, 164, 0), (224, 49, 119), (59, 91, 219), (122, 139, 0),
)  # fmt: skip


def colour_numbers(groups: Iterable[str]) -> list[int]:
    """The place in ``COLOURS`` for each thing: one for each group, in the order in which groups
    appear."""
    known: dict[str, int] = {}
    return [known.setdefault(group, len(known)) % len(COLOURS) for group in groups]


def track_colour(name: str) -> int:
    """The place in ``COLOURS`` for a track by its id, or, where it has none, its label. The number
    of tracks is not known while frames pass, so it follows from the name alone."""
    is_number = name.isascii() and name.isdigit() and len(name) < 10
    return (int(name) if is_number else sum(name.encode())) % len(COLOURS)
