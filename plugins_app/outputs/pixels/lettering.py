"""Text for pictures, in every script that the fonts of this machine have.

Pillow brings a font for Latin. Others are looked for where systems keep them, letter by letter;
what no font has is drawn as a question mark.
"""

import contextlib
import itertools
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

from PIL import ImageDraw, ImageFont

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts")
PREFERRED = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf",
             "NotoSansCJK-Regular.ttc", "Arial Unicode.ttf")  # fmt: skip
OTHER_STYLES = ("bold", "italic", "oblique", "mono", "serif", "condensed", "narrow", "light",
                "thin", "black", "emoji", "math", "symbol")  # fmt: skip
MOST_FONTS = 300
NOWHERE = "\U0010fffe"
"""A code point that no font has, to see how a font draws missing letters."""
UNKNOWN = "?"

Font = ImageFont.FreeTypeFont


class Lettering:
    """Letters of one size, in pixels."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._fonts: list[Font] = []
        self._files = itertools.chain([None], font_files())

    def runs(self, text: str) -> list[tuple[str, Font]]:
        """The text in pieces, each with a font that has all of its letters."""
        pieces: list[tuple[str, Font]] = []
        for letter in text:
            font = self._font_for(letter)
            if font is None:
                letter, font = UNKNOWN, self._fonts[0]
            if pieces and (pieces[-1][1] is font or not _shows(letter)):
                pieces[-1] = (pieces[-1][0] + letter, pieces[-1][1])
            else:
                pieces.append((letter, font))
        return pieces

    def width(self, text: str) -> int:
        """How wide the text is, in pixels."""
        return round(sum(font.getlength(piece) for piece, font in self.runs(text)))

    def draw(self, onto: ImageDraw.ImageDraw, at: tuple[int, int], text: str, ink: str) -> None:
        """Draw the text with its left end and the middle of its line at a place."""
        x, y = float(at[0]), at[1]
        for piece, font in self.runs(text):
            onto.text((x, y), piece, fill=ink, font=font, anchor="lm")
            x += font.getlength(piece)

    def _font_for(self, letter: str) -> Font | None:
        if not _shows(letter):
            return self._font(0)
        for place in itertools.count():
            font = self._font(place)
            if font is None or _has(font, letter):
                return font
        return None

    def _font(self, place: int) -> Font | None:
        """The fonts in the order of their use; they are opened only when they are needed."""
        while len(self._fonts) <= place:
            try:
                path = next(self._files)
            except StopIteration:
                return None
            if path is None:
                self._fonts.append(cast("Font", ImageFont.load_default(self.size)))
                continue
            with contextlib.suppress(OSError):
                self._fonts.append(ImageFont.truetype(path, self.size))
        return self._fonts[place]


@cache
def lettering(size: int) -> Lettering:
    """The lettering of a size; fonts stay open for the next picture."""
    return Lettering(size)


def _shows(letter: str) -> bool:
    """Whether it is visible by itself; spaces and joiners fit any font."""
    return letter.isprintable() and not letter.isspace()


_known: dict[tuple[int, str], bool] = {}


def _has(font: Font, letter: str) -> bool:
    key = (id(font), letter)
    if key not in _known:
        if len(_known) > 50_000:
            _known.clear()
        _known[key] = _drawn(font, letter) != _drawn(font, NOWHERE)
    return _known[key]


def _drawn(font: Font, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask)


@cache
def font_files() -> tuple[str, ...]:
    """The upright sans-serif fonts of this machine, those with the most scripts first."""
    found = list(itertools.islice(_walk(), MOST_FONTS * 10))
    order = {name: place for place, name in enumerate(PREFERRED)}
    first = sorted((p for p in found if p.name in order), key=lambda p: order[p.name])
    plain = [p for p in found if p.name not in order and not _is_other_style(p.name)]
    return tuple(str(path) for path in [*first, *sorted(plain)][:MOST_FONTS])


def _walk() -> Iterator[Path]:
    for folder in FOLDERS:
        for parent, _folders, names in os.walk(folder):
            for name in names:
                if name.lower().endswith((".ttf", ".otf", ".ttc")):
                    yield Path(parent, name)


def _is_other_style(name: str) -> bool:
    return any(word in name.lower().replace("sansserif", "") for word in OTHER_STYLES)
