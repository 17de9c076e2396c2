"""Which container a video is in, by its first bytes."""

from dataclasses import dataclass
from pathlib import Path

from plugins_app.sdk import ToolError

HEAD_BYTES = 64
ACCEPTED = "Videos may be MP4, MOV, M4V, WebM, MKV and AVI."
QUICKTIME_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
"""How QuickTime files begin that are older than the ``ftyp`` atom (QuickTime File Format)."""


@dataclass(frozen=True)
class Container:
    """A kind of container: its name for people, and its content type."""

    name: str
    content_type: str


MP4 = Container("MP4", "video/mp4")
MOV = Container("MOV", "video/quicktime")
WEBM = Container("WebM", "video/webm")
MKV = Container("MKV", "video/x-matroska")
AVI = Container("AVI", "video/x-msvideo")


def container_of(path: Path) -> Container:
    """The container. Raises ToolError (``unsupported_input``) for everything else."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head[4:8] == b"ftyp":
        return MOV if head[8:12] == b"qt  " else MP4
    if head[4:8] in QUICKTIME_ATOMS:
        return MOV
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"webm" in head else MKV
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return AVI
    raise ToolError(
        f"This is not a video of a known format. {ACCEPTED}", reason="unsupported_input"
    )
