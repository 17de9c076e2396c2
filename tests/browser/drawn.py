"""Pictures that the browser tests draw, small enough to be read in a second."""

import io

from PIL import Image, ImageDraw, ImageFont

WORDS = ["FORGE", "SYTE"]
SIDEWAYS = 6
"""EXIF orientation: the camera was turned; the picture is upright after a quarter turn."""


def page(words=tuple(WORDS), size=(420, 240)) -> Image.Image:
    """Black words on white paper, one line each."""
    paper = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(paper)
    for number, word in enumerate(words):
        draw.text((40, 40 + 80 * number), word, "black", ImageFont.load_default(size=48))
    return paper


def png(image: Image.Image) -> bytes:
    """The picture as a file."""
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def turned_jpeg(image: Image.Image) -> bytes:
    """The picture stored on its side, with the EXIF orientation that puts it upright."""
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = SIDEWAYS
    image.transpose(Image.Transpose.ROTATE_90).save(stream, "JPEG", quality=95, exif=exif)
    return stream.getvalue()
