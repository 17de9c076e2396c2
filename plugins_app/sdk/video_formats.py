"""Which containers are videos here, how they are recognised, and how FFmpeg is kept to them.

Without the options below a text named .mp4 can make FFmpeg read other files: ``ffconcat`` scripts
and HLS playlists name what they want. Everything that opens a video uses them, in OpenCV and PyAV.
"""

from dataclasses import dataclass

DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi"
"""FFmpeg's names of the containers that are taken: MP4, MOV and M4V; Matroska and WebM; AVI."""

PROTOCOLS = "file"

CV2_VARIABLE = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
CV2_OPTIONS = f"format_whitelist;{DEMUXERS}|protocol_whitelist;{PROTOCOLS}"
"""Value of ``CV2_VARIABLE``, which OpenCV reads whenever it opens a video."""

AV_OPTIONS = {"format_whitelist": DEMUXERS, "protocol_whitelist": PROTOCOLS}
"""``container_options`` of ``av.open``."""


@dataclass(frozen=True)
class Container:
    """A kind of container: its name for people, its content type, the extension of its files."""

    name: str
    content_type: str
    extension: str


MP4 = Container("MP4", "video/mp4", "mp4")
MOV = Container("MOV", "video/quicktime", "mov")
WEBM = Container("WebM", "video/webm", "webm")
MKV = Container("MKV", "video/x-matroska", "mkv")
AVI = Container("AVI", "video/x-msvideo", "avi")
CONTAINERS = (MP4, MOV, WEBM, MKV, AVI)
ACCEPTED = "MP4, MOV, M4V, WebM, MKV and AVI"

HEAD_BYTES = 64
PICTURES = {b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}
"""Brands (ISO/IEC 14496-12) of still pictures in the same kind of file."""
OLD_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
"""How QuickTime files begin that are older than the ``ftyp`` atom (QuickTime File Format)."""


def container_of(head: bytes) -> Container | None:
    """The container by a file's first ``HEAD_BYTES`` bytes, or None for what is no video here."""
    if head[4:8] == b"ftyp":
        if head[8:12] in PICTURES:
            return None
        return MOV if head[8:12] == b"qt  " else MP4
    if head[4:8] in OLD_ATOMS:
        return MOV
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"webm" in head else MKV
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return AVI
    return None
