"""How a kind of results is drawn and compared, unless its file says otherwise: by its boxes."""

from typing import Any

from plugins_app.outputs import KINDS
from plugins_app.outputs.pixels.painter import Colour, Painter
from plugins_app.outputs.pixels.placed import compare_placed
from plugins_app.outputs.things import Thing

Edges = tuple[tuple[str, str], ...]


class KindPixels:
    """``kind`` is what the results are; both ways to show them start with its things."""

    def __init__(self, name: str) -> None:
        self.kind = KINDS[name]

    def fill(self, painter: Painter, thing: Thing, colour: Colour) -> None:
        """Paint what a thing covers, below everything else."""
        if thing.rle is not None:
            painter.mask(thing.rle, colour)

    def trace(self, painter: Painter, thing: Thing, colour: Colour, edges: Edges) -> None:
        """Draw its outline, and what is inside of it; ``edges`` join its points, by name."""
        painter.outline(thing.corners, colour, thin=thing.rle is not None)

    def comparable(self, result: Any) -> bool:
        """Whether a result has what ``compare`` needs."""
        return self.kind.entries(result) is not None

    def compare(self, a: Any, b: Any) -> dict[str, Any]:
        """What differs between two comparable results, as ``states.outcome`` gives it."""
        return compare_placed(self.kind.name, (self.kind, a), (self.kind, b))
