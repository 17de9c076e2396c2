"""Searchable PDF: the picture, with invisible text over each line."""

import io
import math
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cv2
from export_entries import Entry
from export_run import Export
from export_things import Thing, numeral, on_picture
from glyphless import WIDTH, Glyphless
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from plugins_app import sdk

QUALITY = 90
"""JPEG quality for pictures in other formats."""
ONE_FILE_BYTES = 300 * 1024 * 1024
"""Limit for one document, which is assembled in memory."""
UPRIGHT = (None, 1)
RIGHT_TO_LEFT = ("R", "AL")


def look(entry: Entry, options: dict[str, Any]) -> Iterable[str]:
    """Accepts texts of pictures."""
    on_picture(entry, "text")
    return ()


def write(export: Export) -> None:
    """Write a document for each picture, or one with a page for each."""
    if export.options["files"] == "one":
        _write_one(export)
        return
    for entry in export.entries():
        document = _Document(export.options["dpi"])
        if _add(export, document, entry):
            name = export.member_name(entry, ".pdf")
            export.note(entry, name)
            with export.archive.file(name) as file:
                file.write(document.finished(entry.filename))


def _write_one(export: Export) -> None:
    document = _Document(export.options["dpi"])
    for entry in export.entries():
        if document.size_bytes > ONE_FILE_BYTES:
            export.leave_out(entry, "The document is full. Export a file for each picture.")
        else:
            _add(export, document, entry)
    if export.exported > 0:
        with export.archive.file("results.pdf") as file:
            file.write(document.finished(""))


def _add(export: Export, document: "_Document", entry: Entry) -> bool:
    try:
        document.add(entry)
    except (sdk.ToolError, OSError) as error:
        export.leave_out(entry, f"The picture can't be read: {error}")
        return False
    return True


class _Document:
    """A PDF that is being assembled. ``dpi`` is pixels per inch."""

    def __init__(self, dpi: int) -> None:
        self._writer = PdfWriter()
        self._font = Glyphless()
        self._points = 72 / dpi
        self._pages: list[Any] = []
        self.size_bytes = 0

    def add(self, entry: Entry) -> None:
        """Add a page with the picture and its text. Raises ToolError and OSError."""
        jpeg, size, colours = _jpeg(entry)
        self.size_bytes += len(jpeg)
        width, height = entry.width * self._points, entry.height * self._points
        page = self._writer.add_blank_page(width, height)
        lines = [self._line(one, entry.height) for one in on_picture(entry, "text")]
        content = f"q {_n(width)} 0 0 {_n(height)} 0 0 cm /Picture Do Q\nBT 3 Tr\n"
        content += "".join(lines) + "ET\n"
        picture = self._writer._add_object(_picture(jpeg, size, colours))
        stream = DecodedStreamObject()
        stream.set_data(content.encode("ascii"))
        packed = self._writer._add_object(stream.flate_encode())
        page[NameObject("/Contents")] = packed
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/XObject"): DictionaryObject({NameObject("/Picture"): picture})}
        )
        self._pages.append(page)

    def finished(self, title: str) -> bytes:
        """The document's bytes. They don't depend on the time."""
        font = DictionaryObject({NameObject("/Text"): self._font.add_to(self._writer)})
        for page in self._pages:
            page["/Resources"][NameObject("/Font")] = font
        self._writer.metadata = {"/Producer": "ForgeSyte"} | ({"/Title": title} if title else {})
        stream = io.BytesIO()
        self._writer.write(stream)
        return stream.getvalue()

    def _line(self, one: Thing, height: int) -> str:
        """The operators for a line of text, stretched to the width of its box."""
        text = " ".join(one.text.split())
        if one.bbox is None or not text or not self._font.has_room_for(text):
            return ""
        (x, y), across, up = _baseline(one)
        length, size = math.hypot(*across), math.hypot(*up)
        if length < 1e-6 or size < 1e-6:
            return ""
        if _from_the_right(text):
            x, y, across = x + across[0], y + across[1], (-across[0], -across[1])
        stretch = length / (len(text) * WIDTH / 1000 * size) * 100
        cos, sin = across[0] / length, across[1] / length
        up_x, up_y = up[0] / size, up[1] / size
        place = [x * self._points, (height - y) * self._points]
        matrix = " ".join(map(_n, (cos, -sin, up_x, -up_y, *place)))
        head = f"/Text {_n(size * self._points)} Tf {_n(stretch)} Tz {matrix} Tm"
        return f"{head} <{self._font.encoded(text)}> Tj\n"


Vector = tuple[float, float]


def _baseline(one: Thing) -> tuple[Vector, Vector, Vector]:
    """The start of a line's baseline, and the vectors to its end and upwards, in pixels (y down).

    The corners of a polygon go clockwise from the top left of the text, as OCR tools return them.
    """
    if len(one.polygon) == 4:
        top_left, _top_right, bottom_right, bottom_left = one.polygon
        across = (bottom_right[0] - bottom_left[0], bottom_right[1] - bottom_left[1])
        up = (top_left[0] - bottom_left[0], top_left[1] - bottom_left[1])
        return bottom_left, across, up
    x, y, width, height = one.bbox or (0.0, 0.0, 0.0, 0.0)
    return (x, y + height), (width, 0.0), (0.0, -height)


def _from_the_right(text: str) -> bool:
    """Whether the first letter with a direction is written from right to left."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((one for one in directions if one in ("L", *RIGHT_TO_LEFT)), "L") != "L"


def _jpeg(entry: Entry) -> tuple[bytes, tuple[int, int], str]:
    """The picture as JPEG, its size and colour space. An upright JPEG is used unchanged."""
    with Image.open(entry.input_path) as image:
        upright = image.getexif().get(0x0112) in UPRIGHT
        if image.format == "JPEG" and image.mode in ("RGB", "L") and upright:
            colours = "/DeviceRGB" if image.mode == "RGB" else "/DeviceGray"
            return Path(entry.input_path).read_bytes(), image.size, colours
    picture = sdk.load_image(entry.input_path)
    height, width = picture.pixels.shape[:2]
    done, data = cv2.imencode(".jpg", picture.pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise sdk.ToolError("the picture can't be written as JPEG.")
    return data.tobytes(), (width, height), "/DeviceRGB"


def _picture(jpeg: bytes, size: tuple[int, int], colours: str) -> StreamObject:
    picture = StreamObject()
    picture.set_data(jpeg)
    picture.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(size[0]),
            NameObject("/Height"): NumberObject(size[1]),
            NameObject("/ColorSpace"): NameObject(colours),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): NameObject("/DCTDecode"),
        }
    )
    return picture


def _n(value: float) -> str:
    return numeral(value, 4)
