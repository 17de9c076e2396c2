"""What a file is, by its first bytes. Names and declared types are not asked."""

from collections.abc import Collection
from typing import NamedTuple

from jobs.models import MediaKind
from jobs.refusal import Refusal
from plugins_app.sdk import video_formats

HEAD_BYTES = 64
ARCHIVE_HEADS = (b"PK\x03\x04", b"PK\x05\x06")
"""How zip archives begin; the second is an empty one."""

IMAGES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/tiff": "tiff",
    "image/avif": "avif",
}
VIDEOS = {one.content_type: one.extension for one in video_formats.CONTAINERS}
"""Content types that are taken, with the extension of their stored files."""

ACCEPTED = {
    MediaKind.IMAGE: "Images may be JPEG, PNG, WebP, BMP, GIF, TIFF and AVIF.",
    MediaKind.VIDEO: f"Videos may be {video_formats.ACCEPTED}.",
}
WITH_ARTICLE = {MediaKind.IMAGE: "an image", MediaKind.VIDEO: "a video"}
ALL_KINDS = (MediaKind.IMAGE, MediaKind.VIDEO)


class Sniffed(NamedTuple):
    """What a file that is taken is."""

    kind: MediaKind
    content_type: str
    extension: str


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
    *((head, "application/zip") for head in ARCHIVE_HEADS),
)


def content_type(head: bytes) -> str:
    """The content type that the first ``HEAD_BYTES`` bytes stand for, or ``""``.

    Signatures: https://mimesniff.spec.whatwg.org/#image-type-pattern-matching-algorithm and the
    brands of ISO/IEC 14496-12.
    """
    for prefix, found in _PREFIXES:
        if head.startswith(prefix):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        brands = {head[at : at + 4] for at in range(8, len(head) - 3, 4)}
        if brands & {b"avif", b"avis"}:
            return "image/avif"
        if brands & {b"heic", b"heix", b"heim", b"heis", b"hevc"}:
            return "image/heic"
    if video := video_formats.container_of(head):
        return video.content_type
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        return "image/svg+xml"
    return ""


def kind_of(head: bytes) -> MediaKind | None:
    """The kind of media, or None where it is neither."""
    found = content_type(head)
    if found in VIDEOS:
        return MediaKind.VIDEO
    return MediaKind.IMAGE if found in IMAGES else None


def sniff(head: bytes, kinds: Collection[str] = ALL_KINDS) -> Sniffed:
    """What a file of one of these ``kinds`` is. Raises Refusal for everything else."""
    found = content_type(head)
    kind = kind_of(head)
    if kind and kind in kinds:
        return Sniffed(kind, found, (IMAGES | VIDEOS)[found])
    wanted = [one for one in ALL_KINDS if one in kinds]
    others = " nor ".join(WITH_ARTICLE[one] for one in wanted)
    reasons = {
        "": f"It is {'neither' if len(wanted) > 1 else 'not'} {others} that ForgeSyte knows",
        "image/svg+xml": "SVG and XML files are not taken, because they can hold scripts",
        "application/zip": "It is an archive; the library takes those apart",
        "application/pdf": "It is a PDF; send its pages as images",
        "image/heic": "It is an HEIC picture; save it as JPEG first",
    }
    what = f"It is {WITH_ARTICLE[kind]} ({found}), not {others}" if kind else reasons[found]
    raise Refusal(400, f"{what}. {' '.join(ACCEPTED[one] for one in wanted)}")
