"""Finds and decodes QR and bar codes with zxing-cpp, in several passes over the same picture."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from plugins_app import sdk

Grey = NDArray[np.uint8]
Matrix = NDArray[np.float64]

FORMATS = {
    name: getattr(zxingcpp.BarcodeFormat, member)
    for name, member in {
        "QR Code": "QRCode",
        "Micro QR Code": "MicroQRCode",
        "rMQR Code": "RMQRCode",
        "Data Matrix": "DataMatrix",
        "Aztec": "Aztec",
        "PDF417": "PDF417",
        "MaxiCode": "MaxiCode",
        "EAN-13": "EAN13",
        "EAN-8": "EAN8",
        "UPC-A": "UPCA",
        "UPC-E": "UPCE",
        "Code 128": "Code128",
        "Code 39": "Code39",
        "Code 93": "Code93",
        "Codabar": "Codabar",
        "ITF": "ITF",
        "DataBar": "DataBar",
    }.items()
}
"""zxing-cpp's formats by the names that users see."""

_ROWS = {name for name in FORMATS if name.startswith(("EAN", "UPC", "Cod", "ITF", "PDF", "DataB"))}
_NAMES = {str(value): name for name, value in FORMATS.items()}
_TURNS = (
    15.0,
    30.0,
    45.0,
    60.0,
    75.0,
)  # bar codes are read reliably up to a tilt of about 8 degrees
_ENLARGED_PIXELS = 8_000_000
_TURNED_PIXELS = 4_000_000


@dataclass
class Code:
    """A decoded code. `corners` is (4, 2) in pixels, clockwise from the code's own top left.

    `seen` is the number of passes that found it.
    """

    format: str
    text: str
    data: bytes
    corners: NDArray[np.float64]
    seen: int = 1

    def entry(self, width: int, height: int) -> dict[str, Any]:
        """The entry for the result, clipped to a picture of this size in pixels."""
        points = np.clip(self.corners, 0, (width, height)).round(1)
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        shown = self.text.replace("\0", "\N{SYMBOL FOR NULL}")  # databases reject NUL in texts
        entry: dict[str, Any] = {
            "format": self.format,
            "text": shown,
            "polygon": points.tolist(),
            "bbox": [round(float(value), 1) for value in (x0, y0, x1 - x0, y1 - y0)],
        }
        if shown.encode(errors="replace") != self.data:
            entry["base64"] = base64.b64encode(self.data).decode()
        return entry


def read_codes(image: Grey, names: list[str], try_harder: bool, limit: int) -> list[Code]:
    """The codes of these formats (all if `names` is empty) in a picture (h, w), from top to bottom.

    The first pass reads the picture as it is. With `try_harder` more passes follow: with another
    way to tell dark from light, on an enlarged and sharpened copy, and on rotated copies for tilted
    bar codes. It stops at `limit` codes.
    """
    wanted = [FORMATS[name] for name in names or FORMATS]
    rows = [FORMATS[name] for name in names or FORMATS if name in _ROWS]
    found: list[Code] = []
    for number, (look, back, formats, binarizer) in enumerate(_looks(image, wanted, rows)):
        for code in _read(look, formats, binarizer, back):
            _add(found, code)
        if not try_harder or len(found) >= limit:
            break
        sdk.progress(number + 1, 3 + len(_TURNS), "looking again")
    sure = [code for code in found if not any(_refutes(other, code) for other in found)]
    sure.sort(key=lambda code: (round(code.corners[:, 1].min()), code.corners[:, 0].min()))
    return sure[:limit]


def _looks(
    image: Grey, wanted: list[Any], rows: list[Any]
) -> Iterator[tuple[Grey, Matrix, list[Any], Any]]:
    """Copies of the picture with the matrix that maps their pixels back, formats and binarizer."""
    here = np.eye(3)
    yield image, here, wanted, zxingcpp.Binarizer.LocalAverage
    yield image, here, wanted, zxingcpp.Binarizer.GlobalHistogram
    if image.size * 4 <= _ENLARGED_PIXELS:
        large = cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        soft = cv2.GaussianBlur(large, (0, 0), 4)
        sharp = np.asarray(cv2.addWeighted(large, 2.2, soft, -1.2, 0), np.uint8)
        yield sharp, np.diag([0.5, 0.5, 1.0]), wanted, zxingcpp.Binarizer.LocalAverage
    if rows:  # these are only read along rows and columns of pixels
        scale = min(1.0, (_TURNED_PIXELS / image.size) ** 0.5)
        for turn in _TURNS:
            look, back = _turned(image, turn, scale)
            yield look, back, rows, zxingcpp.Binarizer.LocalAverage


def _turned(image: Grey, degrees: float, scale: float) -> tuple[Grey, Matrix]:
    """A rotated copy that contains the whole picture, and the matrix that maps back."""
    height, width = image.shape
    forth = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    cos, sin = abs(forth[0, 0]), abs(forth[0, 1])
    size = int(width * cos + height * sin) + 1, int(width * sin + height * cos) + 1
    forth[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    look = cv2.warpAffine(
        image, forth, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(look, np.uint8), np.linalg.inv(np.vstack([forth, [0, 0, 1]]))


def _read(look: Grey, formats: list[Any], binarizer: Any, back: Matrix) -> Iterator[Code]:
    read = zxingcpp.read_barcodes(
        look, formats=formats, binarizer=binarizer, text_mode=zxingcpp.TextMode.Plain
    )
    for code in read:
        place = code.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        points = np.array([[corner.x, corner.y, 1.0] for corner in corners]) @ back.T
        name = _NAMES.get(str(code.format), str(code.format))
        text, data = code.text, bytes(code.bytes)
        if name == "UPC-A" and len(text) == 13:  # returned in the form of EAN-13
            text, data = text[1:], data[1:]
        yield Code(name, text, data, points[:, :2])


def _add(found: list[Code], code: Code) -> None:
    """Add a code, or count another pass that found it."""
    for other in found:
        if (code.format, code.data) == (other.format, other.data) and _overlap(code, other):
            other.seen += 1
            return
    found.append(code)


def _refutes(a: Code, b: Code) -> bool:
    """Whether `b` is a part of `a`, or a misreading of `a`, which more passes found.

    Bar codes have weak checksums or none: a scan that crosses one at an angle may read another.
    """
    if a is b or a.format != b.format or a.format not in _ROWS or a.data == b.data:
        return False
    if b.data in a.data:
        length = np.ptp(a.corners, axis=0).max()
        apart = np.linalg.norm(a.corners.mean(axis=0) - b.corners.mean(axis=0))
        return bool(apart < length / 2)
    return a.seen > b.seen and a.data not in b.data and _overlap(a, b)


def _overlap(a: Code, b: Code) -> bool:
    """Whether the centre of one lies in the other's box. Bar codes may be found as mere lines."""
    for one, other in ((a, b), (b, a)):
        middle = one.corners.mean(axis=0)
        low, high = other.corners.min(axis=0) - 8, other.corners.max(axis=0) + 8
        if (low <= middle).all() and (middle <= high).all():
            return True
    return False
