"""What a file is, by its first bytes. Names and declared types are not asked."""

from jobs.intake.errors import Refused

HEAD_BYTES = 64

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/tiff": "tiff",
    "image/avif": "avif",
}
"""Content types that are taken, with the extension of their stored files."""

ACCEPTED = "JPEG, PNG, WebP, BMP, GIF, TIFF and AVIF"

_PREFIXES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
)


def content_type(head: bytes) -> str:
    """The content type that the first ``HEAD_BYTES`` bytes stand for, or ``""``.

    Signatures: https://mimesniff.spec.whatwg.org/#image-type-pattern-matching-algorithm and the
    brands of ISO/IEC 14496-12.
    """
    for prefix, found in _PREFIXES:
        if head.startswith(prefix):
            return found
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        brands = {head[at : at + 4] for at in range(8, len(head) - 3, 4)}
        if brands & {b"avif", b"avis"}:
            return "image/avif"
        if brands & {b"heic", b"heix", b"heim", b"heis", b"hevc"}:
            return "image/heic"
        return "video/mp4"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        return "image/svg+xml"
    return ""


def image_type(head: bytes) -> str:
    """The content type of an image that is taken. Raises Refused for everything else."""
    found = content_type(head)
    if found in EXTENSIONS:
        return found
    what = {
        "": "It is not an image that ForgeSyte knows",
        "image/svg+xml": "SVG and XML files are not taken, because they can hold scripts",
        "application/pdf": "It is a PDF; send its pages as images",
        "image/heic": "It is an HEIC picture; save it as JPEG first",
    }.get(found, f"It is {found}, not an image")
    raise Refused(400, f"{what}. Images may be {ACCEPTED}.")
