"""Codes are matched by their content."""

from typing import Any

from plugins_app.outputs.pixels.base import KindPixels
from plugins_app.outputs.pixels.matching import Placed
from plugins_app.outputs.pixels.placed import compare_placed


class CodePixels(KindPixels):
    """Drawn by their outlines."""

    def compare(self, a: Any, b: Any) -> dict[str, Any]:
        """Match by format and text, and repeated codes by their overlap."""
        return compare_placed(self.kind.name, (self.kind, a), (self.kind, b), _say_the_same)


def _say_the_same(one: Placed, other: Placed) -> bool:
    return (one.thing.format, one.thing.text) == (other.thing.format, other.thing.text)


PIXELS = CodePixels
