"""Image files as plugins see them: upright, 8 bit, three channels, limited in size.

Plugins use this through ``load_image``. The file name doesn't matter: Pillow looks at the content,
and only decodes the formats that the server accepts.
"""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from .errors import ToolError

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF")
MAX_PIXELS = 100_000_000
DEFAULT_PIXELS = 24_000_000
"""The size that larger pictures are shrunk to if a plugin sets no other limit."""
_ORIENTATION_TAG = 0x0112
# EXIF 2.32, tag Orientation: how to turn the picture upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LIGHT_TEXT = 190.0

ImageArray = NDArray[np.uint8]


def as_pixels(array: NDArray[Any]) -> ImageArray:
    """Convert an array of values 0..255 to uint8. It is copied only if it has another type."""
    return array.astype(np.uint8, copy=False)


@dataclass(frozen=True)
class Picture:
    """An upright picture.

    `pixels` is (h, w, 3) uint8 BGR and may be smaller than the original, whose upright size
    is `width` x `height` pixels. `pages` is the number of pages of a TIFF, otherwise 1.
    """

    pixels: ImageArray
    width: int
    height: int
    pages: int = 1


def load_image(source: str | Path | bytes, max_pixels: int = DEFAULT_PIXELS) -> Picture:
    """Decode the first frame or page of an image, given as a path or as bytes.

    EXIF orientation is applied, transparency is replaced by a plain background, 16-bit and float
    samples are scaled to 8 bit, and a picture of more than `max_pixels` is shrunk. Raises ToolError
    if the file can't be read as an image or has more than `MAX_PIXELS` pixels.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns above 89 million pixels; the limit here is MAX_PIXELS.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            file = io.BytesIO(source) if isinstance(source, bytes) else source
            with Image.open(file, formats=FORMATS) as image:
                return _decode(image, max_pixels)
    except ToolError:
        raise
    except FileNotFoundError as error:
        raise ToolError("The image file is gone. Upload it again.") from error
    except UnidentifiedImageError as error:
        raise ToolError(
            "This file is not an image that can be read here. Use JPEG, PNG, WebP, BMP, GIF, "
            "TIFF or AVIF.",
            reason="unsupported_input",
        ) from error
    except Image.DecompressionBombError as error:
        raise _too_large("too many") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ToolError(
            f"The image is damaged and can't be decoded: {error}. Save it again and upload that.",
            reason="undecodable",
        ) from error


def load_input(args: Mapping[str, Any], max_pixels: int = DEFAULT_PIXELS) -> Picture:
    """The image in a tool's arguments: ``image_path``, ``image_bytes`` or ``image_base64``.

    The first of these that is set is used. Raises ToolError as `load_image` does, and
    (``unsupported_input``) if none is set.
    """
    if args.get("image_path"):
        return load_image(args["image_path"], max_pixels)
    if args.get("image_bytes"):
        return load_image(bytes(args["image_bytes"]), max_pixels)
    if not args.get("image_base64"):
        raise ToolError(
            "The tool needs an image: image_path, image_bytes or image_base64.",
            reason="unsupported_input",
        )
    try:
        return load_image(base64.b64decode(args["image_base64"], validate=True), max_pixels)
    except binascii.Error as error:
        raise ToolError("image_base64 is not base64.", reason="undecodable") from error


def _too_large(pixels: str) -> ToolError:
    return ToolError(
        f"The image has {pixels} pixels; the limit is "
        f"{MAX_PIXELS // 1_000_000} million. Make it smaller or cut it into parts.",
        reason="too_large",
    )


def _decode(image: Image.Image, max_pixels: int) -> Picture:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _too_large(f"{width * height / 1e6:.0f} million")
    pages = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    if image.format in ("JPEG", "MPO") and width * height > max_pixels:
        # libjpeg then decodes at 1/2 or 1/4 of the size, never smaller than requested.
        shrink = (max_pixels / (width * height)) ** 0.5
        image.draft("RGB", (int(width * shrink), int(height * shrink)))
    image.load()
    # Read after load(): Pillow turns a TIFF upright while loading it and then drops the tag.
    orientation = image.getexif().get(_ORIENTATION_TAG, 1)
    if image.format == "TIFF":
        width, height = image.size
    rgb = _bounded(_to_rgb(image), max_pixels)
    if orientation in _UPRIGHT:
        rgb = rgb.transpose(_UPRIGHT[orientation])
        if orientation >= 5:
            width, height = height, width
    return Picture(np.ascontiguousarray(np.asarray(rgb)[:, :, ::-1]), width, height, max(pages, 1))


def _bounded(rgb: Image.Image, max_pixels: int) -> Image.Image:
    """Shrink a picture to at most ``max_pixels``."""
    pixels = rgb.width * rgb.height
    if pixels <= max_pixels:
        return rgb
    shrink = (max_pixels / pixels) ** 0.5
    size = (max(1, int(rgb.width * shrink)), max(1, int(rgb.height * shrink)))
    return rgb.resize(size, Image.Resampling.BOX)


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "F" or image.mode.startswith("I"):
        return Image.fromarray(_deep_to_8bit(np.asarray(image))).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        return _on_background(image.convert("RGBA"))
    return image.convert("RGB")


def _deep_to_8bit(samples: NDArray[np.generic]) -> ImageArray:
    """Scale integer or float samples (h, w) to 0..255.

    Scanners store 10, 12 or 14 bits in 16 bit files, so the white point is the smallest power
    of two above the brightest sample (at least 8 bits), not always 65535. Float images are
    assumed to be 0..1 if no value is above 1.
    """
    values = np.nan_to_num(samples.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    brightest = float(values.max(initial=0.0))
    if samples.dtype.kind == "f" and brightest <= 1.0:
        white = 1.0
    else:
        white = float(2 ** max(8, int(np.ceil(np.log2(brightest + 1.0)))) - 1)
    return as_pixels(np.clip(np.rint(values * (255.0 / white)), 0, 255))


def _on_background(image: Image.Image) -> Image.Image:
    """Put an RGBA image on white, or on black if its visible part is nearly white itself."""
    alpha = np.asarray(image.getchannel("A"))
    if alpha.min(initial=255) == 255:
        return image.convert("RGB")
    grey = np.asarray(image.convert("L"))
    weight = float(alpha.sum(dtype=np.float64))
    shown = float((grey.astype(np.float32) * alpha).sum(dtype=np.float64)) / max(weight, 1.0)
    colour = (0, 0, 0, 255) if weight and shown > _LIGHT_TEXT else (255, 255, 255, 255)
    canvas = Image.new("RGBA", image.size, colour)
    canvas.alpha_composite(image)
    return canvas.convert("RGB")
