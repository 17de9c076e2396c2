"""Makes thumbnails: upright, at most 480 pixels, 8 bits per channel."""

import math

from PIL import Image

from plugins_app.sdk import artifact_path

SIDE = 480
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to turn a picture with EXIF orientation N (TIFF 6.0, tag 274) upright."""

MAX_PROFILE_BYTES = 64 * 1024
DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")


def small_jpeg(picture: Image.Image) -> Image.Image:
    """Decode a JPEG at a fraction of its size. libjpeg still reads the whole file, so truncation is
    detected at a quarter of the cost."""
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return picture if picture.mode in ("L", "RGB") else picture.convert("RGB")


def full_frame(picture: Image.Image) -> Image.Image:
    """Decode the whole current frame and return a small copy in mode L, RGB or RGBA."""
    picture.load()
    scale = min(1.0, SIDE / max(picture.size))
    size = tuple(max(1, round(side * scale)) for side in picture.size)
    if picture.mode in DEEP:
        small = picture.convert("F").resize(size, Image.Resampling.BOX)
        return _eight_bits(small)
    flat = _plain_mode(picture)
    return flat.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _plain_mode(picture: Image.Image) -> Image.Image:
    """Convert to mode L, RGB or RGBA, keeping alpha."""
    if picture.mode in ("L", "RGB", "RGBA"):
        if "transparency" not in picture.info:
            return picture
        return picture.convert("RGBA")
    if picture.has_transparency_data or picture.mode in ("LA", "PA", "La", "RGBa"):
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Convert mode F with any range to mode L.

    Values up to 65535 are taken as 16 bits, up to 4095 as 12 bits (as cameras and scanners write
    them); anything else is stretched from its minimum to its maximum.
    """
    low, high = picture.getextrema()
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high = 0.0, 1.0
    elif low >= 0 and 255 < high <= 65535:
        low, high = 0.0, 4095.0 if high <= 4095 else 65535.0
    elif low >= 0 and 1 < high <= 255:
        low, high = 0.0, 255.0
    factor = 255.0 / (high - low) if high > low else 0.0
    return picture.point(lambda value: value * factor + (-low * factor)).convert("L")


def save_thumbnail(small: Image.Image, orientation: int, profile: object) -> None:
    """Write ``thumbnail.webp``, turned upright, with its colour profile if that is suitable."""
    if orientation in UPRIGHT:
        small = small.transpose(UPRIGHT[orientation])
    fits = isinstance(profile, bytes) and len(profile) <= MAX_PROFILE_BYTES
    keep = {"icc_profile": profile} if fits and small.mode != "L" and _is_rgb(profile) else {}
    small.save(artifact_path("thumbnail.webp"), "WEBP", quality=80, method=2, exif=b"", **keep)


def _is_rgb(profile: bytes) -> bool:
    """Whether an ICC profile is for RGB data (ICC.1:2022, header bytes 16-19)."""
    return profile[16:20] == b"RGB "
