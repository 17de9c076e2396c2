"""Captions of things in a picture, placed where they hide least."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from plugins_app.outputs.palette import Colour
from plugins_app.outputs.pixels.lettering import Lettering, lettering
from plugins_app.outputs.things import Thing

MOST_CAPTIONS = 300
LETTERS = 40

Area = tuple[int, int, int, int]
Place = tuple[int, int]


def caption_of(thing: Thing) -> str:
    """Its label, text and score."""
    parts = [line_of(thing.group), line_of(thing.text)]
    if thing.share is not None:
        parts.append(f"{thing.share:.2f}")
    return " ".join(part for part in parts if part)


def line_of(text: str) -> str:
    """A short text on one line, without what can't be drawn."""
    text = unicodedata.normalize("NFC", " ".join(text[: LETTERS * 4].split()))
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    return text if len(text) <= LETTERS else text[: LETTERS - 1] + "…"


@lru_cache(maxsize=2000)
def label_picture(text: str, colour: Colour, size: int) -> NDArray[np.uint8]:
    """A caption as a picture of its own, (h, w, 3) uint8 RGB, for what is drawn many times."""
    letters = lettering(size)
    high = round(size * 1.4)
    image = Image.new("RGB", (letters.width(text) + size // 2, high), colour)
    ink = "black" if _is_light(colour) else "white"
    letters.draw(ImageDraw.Draw(image), (size // 4, high // 2), text, ink)
    return np.asarray(image)


def write_captions(
    image: Image.Image, captions: Sequence[tuple[str, Colour, Sequence[Place]]]
) -> None:
    """Write each text beside the places of its thing, in pixels of the image."""
    letters = lettering(max(13, round(max(image.size) / 64)))
    onto = ImageDraw.Draw(image)
    taken: list[Area] = []
    for text, colour, places in captions[:MOST_CAPTIONS]:
        if not places:
            continue
        area = _free_area(text, letters, places, image.size, taken)
        taken.append(area)
        ink = "black" if _is_light(colour) else "white"
        onto.rectangle(area, fill=colour, outline="white")
        middle = (area[1] + area[3]) // 2
        letters.draw(onto, (area[0] + letters.size // 4, middle), text, ink)


def _free_area(
    text: str, letters: Lettering, places: Sequence[Place], size: tuple[int, int],
    taken: list[Area],
) -> Area:  # fmt: skip
    """Where a caption stands: above its thing, else inside at the top or the bottom, or below;
    wherever it hides least of the others, and never outside of the picture."""
    wide, high = letters.width(text) + letters.size // 2, round(letters.size * 1.4)
    left, top = (min(values) for values in zip(*places, strict=True))
    below = max(y for _, y in places)
    x = max(0, min(left, size[0] - wide - 1))
    areas = []
    for y in (top - high, top, below - high, below):
        y = max(0, min(y, size[1] - high - 1))
        areas.append((x, y, min(x + wide, size[0] - 1), y + high))
    return min(areas, key=lambda area: sum(_common(area, other) for other in taken))


def _common(a: Area, b: Area) -> int:
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(across, 0) * max(down, 0)


def _is_light(colour: Colour) -> bool:
    """Whether black is easier to read on it than white, by relative luminance (WCAG 2)."""
    linear = [
        value / 3294.6 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4
        for value in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.179
