"""Makes pages for the tests: as boxes only (fast), and drawn (for the models)."""

from __future__ import annotations

import math
import random
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

ROOT = Path(__file__).resolve().parents[3]
PLUGIN = ROOT / "plugins_app" / "builtin" / "ocr"

if str(PLUGIN) not in sys.path:  # the host does the same before it imports `plugin`
    sys.path.insert(0, str(PLUGIN))

EM = 20.0  # font size of the pages made of boxes, px


def box(x, y, width, em=EM):
    """What the detector returns for a text of `width` px whose line starts at (x, y).

    It adds a margin around the letters, so that the boxes of close lines overlap.
    """
    margin = 0.25 * em
    x0, x1, y0, y1 = x - margin, x + width + margin, y - margin, y + em + margin
    return np.float32([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def column(rng, x, y, width, lines, pitch=1.25 * EM, ragged=0.12, paragraphs=True):
    """Running text: mostly full lines, some paragraphs that end with a short line."""
    quads = []
    left = rng.randint(4, 12)
    for _ in range(lines):
        left -= 1
        last = paragraphs and left == 0
        fill = rng.uniform(0.2, 0.95) if last else 1 - rng.uniform(0, ragged)
        quads.append(box(x, y, width * fill))
        y += pitch
        if last:
            y += pitch * rng.choice([0, 0, 0.6])
            left = rng.randint(4, 12)
    return quads


def disturb(quads, rng, degrees=0.0, jitter=0.0):
    """Turn the page about a point in its middle and let the boxes shake by `jitter` px."""
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    middle = np.mean([quad.mean(axis=0) for quad in quads], axis=0)
    return [
        np.float32(
            (quad - middle) @ turn + middle + [rng.uniform(-jitter, jitter) for _ in range(2)]
        )
        for quad in quads
    ]


def flat(blocks):
    """Indices in reading order."""
    return [index for block in blocks for line in block for index in line]


def rows_of(blocks):
    """Lines as lists of indices, blocks forgotten."""
    return [line for block in blocks for line in block]


def shuffled(quads, seed=0):
    """The quads in another order, and for each its number before."""
    numbers = list(range(len(quads)))
    random.Random(seed).shuffle(numbers)
    return [quads[number] for number in numbers], numbers


def character_error_rate(text, truth):
    """Edit distance over the truth's length, all white space taken as one space."""
    text, truth = " ".join(text.split()), " ".join(truth.split())
    return Levenshtein.distance(text, truth) / len(truth)


def word_f1(text, truth):
    """F1 of the two bags of words."""
    found, wanted = Counter(text.split()), Counter(truth.split())
    return 2 * (found & wanted).total() / (found.total() + wanted.total())


_STORY = (
    "When the old ferry stopped running in the autumn of that year nobody on the island was "
    "much surprised. The pier had been closed to carts since spring and the captain, who was "
    "seventy and liked to say so, had sold his second boat to a school in the city. People "
    "bought larger boats of their own or learned to do without the market on the other side. "
    "The baker was the first to complain, for his flour came in sacks that no rowing boat "
    "would carry twice. He wrote to the council, then to the bishop, and at last to a paper "
    "whose editor had once spent a summer in the house behind the church. The letter was "
    "printed under a drawing of a sack of flour at the oars, and that was how the rest of "
    "the country heard about us for the first and so far the only time."
)
STORY = _STORY.split()


def draw_columns(widths, words, size=20, gap=40, headline="", degrees=0.0):
    """A page of columns of `STORY`: the picture (grey) and its true text.

    `widths` are the columns' widths in px, `words` how many words stand in each.
    """
    font = ImageFont.load_default(size=size)
    page = Image.new("L", (sum(widths) + gap * (len(widths) + 1), 640), 255)
    pen = ImageDraw.Draw(page)
    top, truth, next_word, left = 40, [], 0, gap
    if headline:
        pen.text((page.width / 2, 30), headline, 0, ImageFont.load_default(size * 2), anchor="mt")
        top, truth = 110, [headline]
    for width, count in zip(widths, words, strict=True):
        lines = [""]
        for word in STORY[next_word : next_word + count]:
            longer = f"{lines[-1]} {word}".strip()
            if pen.textlength(longer, font) > width:
                lines.append(word)
            else:
                lines[-1] = longer
        for number, line in enumerate(lines):
            pen.text((left, top + number * 1.3 * size), line, 0, font)
        truth += lines
        next_word += count
        left += width + gap
    return page.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255), "\n".join(truth)


def draw_lines(lines, size=28, width=560, ink=0, paper=255):
    """A small page with one text a line, grey."""
    page = Image.new("L", (width, int(40 + 1.5 * size * len(lines))), paper)
    for number, line in enumerate(lines):
        place = (24, 20 + 1.5 * size * number)
        ImageDraw.Draw(page).text(place, line, ink, ImageFont.load_default(size=size))
    return page
