"""Two texts: drawn by the outlines of their lines, compared by lines."""

from typing import Any

from plugins_app.outputs.pixels.base import KindPixels


class TextPixels(KindPixels):
    """Lines are drawn by their outlines."""

    def comparable(self, result: Any) -> bool:
        """It needs the whole text or lines."""
        return super().comparable(result) or self.kind.is_readable(result)

    def compare(self, a: Any, b: Any) -> dict[str, Any]:
        """Compare line by line, in the order of both."""
        from plugins_app.outputs.pixels.lines import compare_text  # loads rapidfuzz, 40 ms

        return compare_text(a, b)


PIXELS = TextPixels
