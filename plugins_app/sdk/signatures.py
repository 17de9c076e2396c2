"""What a file's first bytes say about its type: the one table for server, hosts and plugins.

Signatures: https://mimesniff.spec.whatwg.org/#image-type-pattern-matching-algorithm, the brands of
ISO/IEC 14496-12, and the atoms of the QuickTime File Format.
"""

from typing import NamedTuple


class Format(NamedTuple):
    """An accepted format: display name, content type, and file extension without the dot."""

    name: str
    content_type: str
    extension: str


IMAGES = (
    Format("JPEG", "image/jpeg", "jpg"),
    Format("PNG", "image/png", "png"),
    Format("WebP", "image/webp", "webp"),
    Format("BMP", "image/bmp", "bmp"),
    Format("GIF", "image/gif", "gif"),
    Format("TIFF", "image/tiff", "tiff"),
    Format("AVIF", "image/avif", "avif"),
)
VIDEOS = (
    Format("MP4", "video/mp4", "mp4"),
    Format("MOV", "video/quicktime", "mov"),
    Format("WebM", "video/webm", "webm"),
    Format("MKV", "video/x-matroska", "mkv"),
    Format("AVI", "video/x-msvideo", "avi"),
)
ACCEPTED_IMAGES = "JPEG, PNG, WebP, BMP, GIF, TIFF and AVIF"
ACCEPTED_VIDEOS = "MP4, MOV, M4V, WebM, MKV and AVI"

HEAD_BYTES = 64
ARCHIVE_HEADS = (b"PK\x03\x04", b"PK\x05\x06")
"""How zip archives start; the second is an empty archive."""

EBML = b"\x1a\x45\xdf\xa3"
"""How Matroska and WebM start (RFC 8794)."""

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
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (b"%PDF-", "application/pdf"),
    *((head, "application/zip") for head in ARCHIVE_HEADS),
)
_AVIF = {b"avif", b"avis"}
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc"}
_STILLS = {b"mif1", b"msf1"}
"""Generic brands for still pictures in the MP4 container; taken as HEIC if no brand says more."""
_OLD_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
"""How QuickTime files from before the ``ftyp`` atom start."""
_DRAWINGS = (b"<svg", b"<?xml", b"<!doctype svg")


def content_type(head: bytes) -> str:
    """The content type according to a file's first ``HEAD_BYTES`` bytes, or ``""`` if unknown."""
    head = head[:HEAD_BYTES]
    for prefix, found in _PREFIXES:
        if head.startswith(prefix):
            return found
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _by_brands(head)
    if head[4:8] in _OLD_ATOMS:
        return "video/quicktime"
    if head.startswith(EBML):
        return "video/webm" if b"webm" in head else "video/x-matroska"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "image/svg+xml" if text.startswith(_DRAWINGS) else ""


def format_of(head: bytes) -> Format | None:
    """The accepted image or video format, or None if it is neither."""
    found = content_type(head)
    return next((one for one in (*IMAGES, *VIDEOS) if one.content_type == found), None)


def _by_brands(head: bytes) -> str:
    major = head[8:12]
    brands = {head[at : at + 4] for at in range(8, len(head) - 3, 4)}
    if brands & _AVIF:
        return "image/avif"
    if brands & _HEIC or major in _STILLS:
        return "image/heic"
    return "video/quicktime" if major == b"qt  " else "video/mp4"
