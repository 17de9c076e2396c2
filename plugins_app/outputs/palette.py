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
