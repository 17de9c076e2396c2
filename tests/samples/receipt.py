"""Draws the sample receipt that ``make demo`` reads: invented, and the same on every run."""

import random
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

SEED = 5
WIDTH, MARGIN, ROW, EDGE = 620, 48, 40, 14
PAPER, INK, TABLE = 244, 38, 96
TILT_DEG = 1.1
GREY_LEVELS = 48

HEADER = ["CORNER BAKERY", "14 Mill Lane, Norwich", "Receipt 20431"]
GOODS = [
    ("2 x Sourdough loaf", 760),
    ("1 x Poppy seed roll", 85),
    ("3 x Almond croissant", 825),
    ("1 x Filter coffee", 240),
    ("1 x Apple cake", 390),
]
VAT_PERCENT = 20


def money(cents: int) -> str:
    """``1234`` as ``12.34``."""
    return f"{cents // 100}.{cents % 100:02d}"


def receipt_rows() -> list[tuple[str, str]]:
    """What is printed: the left and the right text of each row; the sums fit."""
    total = sum(price for _, price in GOODS)
    tax = round(total * VAT_PERCENT / (100 + VAT_PERCENT))
    paid = -(-total // 500) * 500
    sums = [
        ("Total", money(total)),
        (f"VAT {VAT_PERCENT}% included", money(tax)),
        ("Cash", money(paid)),
        ("Change", money(paid - total)),
    ]
    goods = [(name, money(price)) for name, price in GOODS]
    return [*((line, "") for line in HEADER), *goods, *sums, ("Thank you for your visit", "")]


def receipt_text() -> str:
    """The receipt as text, line by line."""
    return "".join(f"{left} {right}".strip() + "\n" for left, right in receipt_rows())


def _printed() -> Image.Image:
    """The flat, clean receipt: mode L."""
    rows = receipt_rows()
    paper = Image.new("L", (WIDTH, 2 * MARGIN + ROW * (len(rows) + 1)), PAPER)
    draw = ImageDraw.Draw(paper)
    y = MARGIN
    for number, (left, right) in enumerate(rows):
        font = ImageFont.load_default(size=32 if number == 0 else 25)
        draw.text((MARGIN, y), left, INK, font)
        draw.text((WIDTH - MARGIN, y), right, INK, font, anchor="ra")
        y += ROW
        if number == len(HEADER) - 1 or number == len(HEADER) + len(GOODS) - 1:
            draw.line((MARGIN, y, WIDTH - MARGIN, y), INK + 60, 2)
            y += ROW // 2
    return paper


def _shaded(picture: Image.Image) -> Image.Image:
    """Darker toward the upper left."""
    down = Image.linear_gradient("L")
    across = down.transpose(Image.Transpose.ROTATE_90)
    light = ImageChops.add(down, across, scale=2).point(lambda level: 165 + level * 90 // 255)
    return ImageChops.multiply(picture, light.resize(picture.size, Image.Resampling.BICUBIC))


def _noisy(picture: Image.Image) -> Image.Image:
    """With grain that is the same on every run (Pillow's own noise can't be seeded)."""
    grains = random.Random(SEED).randbytes(picture.width * picture.height)
    noise = Image.frombytes("L", picture.size, grains).filter(ImageFilter.GaussianBlur(0.8))
    faint = noise.point(lambda level: 128 + (level - 128) // 5)
    return ImageChops.add(picture, faint, offset=-128)


def draw_receipt() -> Image.Image:
    """The receipt as a hand-held camera might see it: tilted, unevenly lit, noisy, a bit soft.

    Mode L, about 660 x 700 pixels, in few grey levels so that the file stays small.
    """
    flat = ImageOps.expand(_printed(), border=EDGE, fill=TABLE)
    tilted = flat.rotate(TILT_DEG, Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE)
    seen = _noisy(_shaded(tilted).filter(ImageFilter.GaussianBlur(0.7)))
    step = 256 // GREY_LEVELS
    return seen.point(lambda level: min(255, level // step * step + step // 2))


def write_receipt(folder: Path) -> list[Path]:
    """Write ``receipt.png`` and its true text ``receipt.txt``; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    stream = BytesIO()
    draw_receipt().save(stream, "PNG", optimize=True)
    files = {"receipt.png": stream.getvalue(), "receipt.txt": receipt_text().encode()}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]
