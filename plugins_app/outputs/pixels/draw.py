"""Drawing a result on its picture: masks, boxes, outlines, points and captions."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from plugins_app.outputs import kinds_in
from plugins_app.outputs.palette import COLOURS, colour_numbers
from plugins_app.outputs.pixels import pixels_of
from plugins_app.outputs.pixels.base import Edges, KindPixels
from plugins_app.outputs.pixels.captions import caption_of, write_captions
from plugins_app.outputs.pixels.painter import Painter
from plugins_app.outputs.things import Thing

MOST = 1000
"""More things than this would hide the picture."""
MOST_MASKS = 300


class Drawn(NamedTuple):
    """A thing and how its kind is drawn."""

    thing: Thing
    pixels: KindPixels
    edges: Edges


def drawn_things(result: Any) -> list[Drawn] | None:
    """The things on the picture, which is the first page; None if the result lists none."""
    kinds = kinds_in(result)
    if not kinds:
        return None
    if {"masks", "detections"} <= {kind.name for kind in kinds}:
        kinds = [kind for kind in kinds if kind.name != "detections"]  # the same things once more
    found = [
        Drawn(thing, pixels_of(kind.name), kind.edges(result))
        for kind in kinds
        for thing in kind.things(result, most=MOST) or ()
        if thing.page == 1 and (thing.corners or thing.points or thing.rle is not None)
    ]
    return found[:MOST]


def paint(canvas: NDArray[np.uint8], size: tuple[int, int], found: list[Drawn]) -> Image.Image:
    """Draw on ``canvas``, (h, w, 3) uint8 RGB, in place; ``size`` is the width and height in which
    the result tells places. Gives it as an image, with captions."""
    painter = Painter(canvas, *size)
    numbers = colour_numbers(one.thing.group for one in found)
    coloured = [(one, COLOURS[number]) for one, number in zip(found, numbers, strict=True)]
    for one, colour in coloured[:MOST_MASKS]:
        one.pixels.fill(painter, one.thing, colour)
    for one, colour in coloured:
        one.pixels.trace(painter, one.thing, colour, one.edges)
    captions = []
    for one, colour in coloured:
        text = caption_of(one.thing) if one.pixels.kind.captioned else ""
        places = one.thing.corners or [(point.x, point.y) for point in one.thing.points]
        if text:
            captions.append((text, colour, [painter.place(*place) for place in places]))
    image = Image.fromarray(canvas)
    write_captions(image, captions)
    return image
