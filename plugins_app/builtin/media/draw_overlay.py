"""A result drawn on its picture: masks, boxes, outlines, points, and what each of them is."""

from typing import Any

import cv2
import numpy as np
from found import Found, things
from lettering import Lettering, lettering
from PIL import Image, ImageDraw
from result_file import read_result

from plugins_app import sdk
from plugins_app.sdk.masks import spans_of

NAME = "overlay.jpg"
MAX_PIXELS = 24_000_000
SMALLEST_SIDE = 640
"""Smaller pictures are enlarged, or no letter on them could be read."""
MOST_ENLARGED = 16
QUALITY = 90
FILL = 0.45
MOST_MASKS = 300
MOST_CAPTIONS = 300

COLOURS = [(15, 143, 179), (217, 72, 15), (47, 158, 68), (156, 54, 181),
           (224, 164, 0), (224, 49, 119), (59, 91, 219), (122, 139, 0)]  # fmt: skip
"""RGB; the same as on the pages (static/js/masks.js, static/css/job.css), in the same order."""

Colour = tuple[int, int, int]
Area = tuple[int, int, int, int]


def draw_overlay(image_path: str, result_path: str) -> dict[str, Any]:
    """Write ``overlay.jpg``: the upright picture, shrunk to 24 million pixels where it has more
    and enlarged to at least 640 on its longer side, with the result on it. Raises ToolError."""
    found = things(read_result(result_path))
    picture = sdk.load_image(image_path, MAX_PIXELS)
    canvas = np.ascontiguousarray(picture.pixels[:, :, ::-1])
    enlarged = min(MOST_ENLARGED, -(-SMALLEST_SIDE // max(canvas.shape[:2])))
    if enlarged > 1:
        size = (canvas.shape[1] * enlarged, canvas.shape[0] * enlarged)
        canvas = cv2.resize(canvas, size, interpolation=cv2.INTER_CUBIC)
    painter = _Painter(canvas, picture.width, picture.height)
    colours = _colours(found)
    masked = [one.rle is not None for one in found]
    for one, colour in list(zip(found, colours, strict=True))[:MOST_MASKS]:
        if one.rle is not None:
            painter.mask(one.rle, colour)
    for one, colour, has_mask in zip(found, colours, masked, strict=True):
        painter.outline(one.corners, colour, thin=has_mask)
        painter.points(one.points, colour)
    image = Image.fromarray(canvas)
    _caption_all(image, found, colours, painter)
    image.save(sdk.artifact_path(NAME, "overlay"), "JPEG", quality=QUALITY, subsampling=0)
    return {"name": NAME, "width": image.width, "height": image.height, "things": len(found)}


def _colours(found: list[Found]) -> list[Colour]:
    """One for each group, in the order in which groups appear."""
    known: dict[str, int] = {}
    return [COLOURS[known.setdefault(one.group, len(known)) % len(COLOURS)] for one in found]


class _Painter:
    """Paints in place on ``canvas``, (h, w, 3) uint8 RGB; places are pixels of the original."""

    def __init__(self, canvas: np.ndarray, width: int, height: int) -> None:
        self._canvas = canvas
        self._size = (height, width)
        self._across = canvas.shape[1] / width
        self._down = canvas.shape[0] / height
        self.line = max(2, round(max(canvas.shape[:2]) / 450))

    def mask(self, rle: Any, colour: Colour) -> None:
        """Fill what a mask covers lightly and draw its edge; one that is damaged is left out."""
        try:
            covered, x = spans_of(rle, self._size).columns()
        except ValueError:
            return
        if not covered.size:
            return
        rows = np.flatnonzero(covered.any(axis=1))
        top, below = int(rows[0]), int(rows[-1]) + 1
        covered = np.ascontiguousarray(covered[top:below]).astype(np.uint8)
        left, up = round(x * self._across), round(top * self._down)
        right = max(left + 1, round((x + covered.shape[1]) * self._across))
        down = max(up + 1, round(below * self._down))
        shown = cv2.resize(covered, (right - left, down - up), interpolation=cv2.INTER_NEAREST)
        part = self._canvas[up:down, left:right]
        shown = shown[: part.shape[0], : part.shape[1]]
        inside = shown.astype(bool)
        part[inside] = (part[inside] * (1 - FILL) + np.array(colour) * FILL).astype(np.uint8)
        edges, _ = cv2.findContours(
            shown, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE, offset=(left, up)
        )
        for width, paint in self._strokes(colour, self.line):
            cv2.drawContours(self._canvas, edges, -1, paint, width, cv2.LINE_AA)

    def outline(self, corners: list[tuple[float, float]], colour: Colour, *, thin: bool) -> None:
        """A closed line with a light rim, which shows on any ground."""
        if not corners:
            return
        shape = [np.array([self.place(*corner) for corner in corners], np.int32)]
        for width, paint in self._strokes(colour, max(1, self.line // 2) if thin else self.line):
            cv2.polylines(self._canvas, shape, True, paint, width, cv2.LINE_AA)

    def points(self, points: list[tuple[float, float]], colour: Colour) -> None:
        """Dots."""
        for point in points:
            place = self.place(*point)
            cv2.circle(self._canvas, place, self.line * 3, (255, 255, 255), -1, cv2.LINE_AA)
            cv2.circle(self._canvas, place, self.line * 2, colour, -1, cv2.LINE_AA)

    def place(self, x: float, y: float) -> tuple[int, int]:
        """A place on the canvas; what lies far outside is brought near, for OpenCV's sake."""
        height, width = self._canvas.shape[:2]
        across = min(max(x * self._across, -width), 2 * width)
        down = min(max(y * self._down, -height), 2 * height)
        return round(across), round(down)

    @staticmethod
    def _strokes(colour: Colour, width: int) -> list[tuple[int, Colour]]:
        return [(width + 2 * max(1, width // 3), (255, 255, 255)), (width, colour)]


def _caption_all(
    image: Image.Image, found: list[Found], colours: list[Colour], painter: _Painter
) -> None:
    letters = lettering(max(13, round(max(image.size) / 64)))
    onto = ImageDraw.Draw(image)
    taken: list[Area] = []
    shown = [(one, c) for one, c in zip(found, colours, strict=True) if one.caption]
    for one, colour in shown[:MOST_CAPTIONS]:
        places = [painter.place(*point) for point in one.corners or one.points]
        if not places:
            continue
        area = _free_area(one.caption, letters, places, image.size, taken)
        taken.append(area)
        ink = "black" if _is_light(colour) else "white"
        onto.rectangle(area, fill=colour, outline="white")
        middle = (area[1] + area[3]) // 2
        letters.draw(onto, (area[0] + letters.size // 4, middle), one.caption, ink)


def _free_area(
    text: str, letters: Lettering, places: list[tuple[int, int]], size: tuple[int, int],
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
    """By relative luminance (WCAG 2): whether black is read better on it than white."""
    linear = [
        value / 3294.6 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4
        for value in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.179
