"""Decodes an image once, within limits, and reports its properties."""

import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

from image_faults import known_damaged, not_accepted
from PIL import Image, ImageFile, UnidentifiedImageError
from thumbnail import full_frame, save_thumbnail, small_jpeg

from plugins_app.sdk import ToolError
from plugins_app.sdk.signatures import IMAGES

ImageFile.LOAD_TRUNCATED_IMAGES = False
warnings.simplefilter("error", Image.DecompressionBombWarning)

CONTENT_TYPES = {one.name.upper(): one.content_type for one in IMAGES}
"""By Pillow's name for the format."""
ORIENTATION = 0x0112
SIDEWAYS = (5, 6, 7, 8)
"""EXIF orientations that swap width and height."""

BROKEN = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, struct.error,
          zlib.error, EOFError, OverflowError, Image.DecompressionBombWarning,
          Image.DecompressionBombError)  # fmt: skip
"""What Pillow's decoders raise for damaged files."""


def probe_image(path: str, max_pixels: int, max_frames: int) -> dict[str, Any]:
    """Decode every frame of an image and write ``thumbnail.webp``.

    ``max_pixels`` limits width x height, summed over all frames. Returns ``kind``,
    ``content_type``, ``format``, ``width`` and ``height`` (upright), ``orientation`` (EXIF, 1..8),
    ``frame_count`` and ``mode`` (Pillow's term). Raises ToolError with the reason ``undecodable``,
    ``too_large`` or ``unsupported_input``.
    """
    Image.MAX_IMAGE_PIXELS = None  # the size is checked below, with a better message
    picture = _opened(Path(path))
    name = "JPEG" if picture.format == "MPO" else picture.format  # phones add a second picture
    with picture:
        budget = _Budget(max_pixels)
        budget.spend(picture.size)
        Image.MAX_IMAGE_PIXELS = max_pixels
        width, height = picture.size
        mode = picture.mode
        try:
            if name == "PNG":  # decoding skips the checksums, which other readers check
                with Image.open(path) as second:
                    second.verify()
            orientation = _orientation(picture)
            if name == "JPEG":
                frames, small = 1, small_jpeg(picture)
            else:
                small = full_frame(picture)
                frames = 1 + _decode_rest(picture, max_frames, budget)
            turn = 1 if name == "TIFF" else orientation  # Pillow turns TIFF by itself
            save_thumbnail(small, turn, picture.info.get("icc_profile"))
        except ToolError:  # a ValueError too
            raise
        except BROKEN as error:
            raise _damaged(name, error) from error
    if turn in SIDEWAYS:
        width, height = height, width
    return {
        "kind": "image",
        "content_type": CONTENT_TYPES[name],
        "format": name,
        "width": width,
        "height": height,
        "orientation": orientation,
        "frame_count": frames,
        "mode": mode,
    }


class _Budget:
    """Pixels that may still be decoded."""

    def __init__(self, max_pixels: int) -> None:
        self.max_pixels = max_pixels
        self.spent = 0

    def spend(self, size: tuple[int, int]) -> None:
        """Count a frame before it is decoded. Raises ToolError if it exceeds the budget."""
        width, height = size
        if width < 1 or height < 1:
            raise ToolError("The image has no pixels.", reason="undecodable")
        first = self.spent == 0
        self.spent += width * height
        if self.spent <= self.max_pixels:
            return
        limit = f"the limit is {megapixels(self.max_pixels)} megapixels"
        found = (
            f"has {megapixels(self.spent)} megapixels ({width} x {height})"
            if first
            else f"has {megapixels(self.spent)} megapixels in its first frames alone"
        )
        raise ToolError(
            f"The image {found}; {limit}. Make it smaller and upload it again.", reason="too_large"
        )


def megapixels(pixels: int) -> str:
    """``12.3`` for 12,300,000."""
    return f"{pixels / 1e6:.3g}" if pixels < 1e8 else f"{pixels / 1e6:.0f}"


def _opened(path: Path) -> ImageFile.ImageFile:
    """Open the image and read its header. Raises ToolError."""
    with path.open("rb") as file:
        head = file.read(256)
    if not head:
        raise ToolError("The file is empty.", reason="undecodable")
    try:
        return Image.open(path, formats=tuple(CONTENT_TYPES))
    except UnidentifiedImageError as error:
        if name := known_damaged(head):
            raise _damaged(name, error) from error
        raise ToolError(not_accepted(head), reason="unsupported_input") from error
    except BROKEN as error:
        raise _damaged(known_damaged(head) or "image", error) from error


def _orientation(picture: Image.Image) -> int:
    """EXIF orientation, 1..8. Damaged EXIF data counts as 1."""
    try:
        value = picture.getexif().get(ORIENTATION, 1)
    except BROKEN:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _decode_rest(picture: Image.Image, max_frames: int, budget: _Budget) -> int:
    """Decode the frames after the first and count them."""
    index = 0
    while True:
        try:
            picture.seek(index + 1)
        except EOFError:
            return index
        index += 1
        if index >= max_frames:
            raise ToolError(
                f"The image has more than {max_frames} frames, which is the limit."
                " Upload it as a video instead.",
                reason="too_large",
            )
        budget.spend(picture.size)
        picture.load()


def _damaged(name: str, error: Exception) -> ToolError:
    """A ToolError that explains what is wrong with the file."""
    text = str(error).lower()
    if isinstance(error, EOFError) or any(word in text for word in ("truncated", "end of file")):
        message = f"The {name} is truncated: the file ends before the picture does."
    elif isinstance(error, MemoryError):
        message = f"The {name} needs too much memory."
    else:
        message = f"The {name} is damaged and can't be decoded."
    return ToolError(f"{message} Copy it again from its source, then upload it again.",
                     reason="undecodable")  # fmt: skip
