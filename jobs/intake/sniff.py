"""What a file is, by its first bytes. File names and declared types are ignored."""

from collections.abc import Collection
from typing import NamedTuple

from jobs.models import MediaKind
from jobs.refusal import Refusal
from plugins_app.sdk import signatures
from plugins_app.sdk.signatures import content_type

IMAGES = {one.content_type: one.extension for one in signatures.IMAGES}
VIDEOS = {one.content_type: one.extension for one in signatures.VIDEOS}
"""Accepted content types, with the extension of their stored files."""

ACCEPTED = {
    MediaKind.IMAGE: f"Images may be {signatures.ACCEPTED_IMAGES}.",
    MediaKind.VIDEO: f"Videos may be {signatures.ACCEPTED_VIDEOS}.",
}
WITH_ARTICLE = {MediaKind.IMAGE: "an image", MediaKind.VIDEO: "a video"}
ALL_KINDS = (MediaKind.IMAGE, MediaKind.VIDEO)


class Sniffed(NamedTuple):
    """What an accepted file is."""

    kind: MediaKind
    content_type: str
    extension: str


def kind_of(head: bytes) -> MediaKind | None:
    """The kind of media, or None if it is neither an image nor a video."""
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
        "image/svg+xml": "SVG and XML files are not accepted, because they can contain scripts",
        "application/zip": "It is an archive; the library accepts archives and unpacks them",
        "application/pdf": "It is a PDF; send its pages as images",
        "image/heic": "It is a HEIC picture; save it as JPEG first",
    }
    what = reasons.get(found, reasons[""])
    if kind:
        what = f"It is {WITH_ARTICLE[kind]} ({found}), not {others}"
    raise Refusal(400, f"{what}. {' '.join(ACCEPTED[one] for one in wanted)}")
