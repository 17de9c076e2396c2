"""What browsers show by themselves; everything else is a download, with a small picture in its
place on pages."""

from jobs.models import Blob

PICTURES = frozenset(f"image/{kind}" for kind in ("jpeg", "png", "webp", "gif", "bmp", "avif"))
VIDEOS = frozenset({"video/mp4", "video/webm", "video/quicktime"})
CODECS = frozenset({"h264", "vp8", "vp9", "av1"})
"""What they play in these containers, as FFmpeg calls it."""


def shows(content_type: str, codec: str = "") -> bool:
    """Whether browsers show a picture or play a video of this type; without a ``codec``, one is
    meant that they know."""
    if content_type in VIDEOS:
        return not codec or codec in CODECS
    return content_type in PICTURES


def shows_blob(blob: Blob) -> bool:
    """Whether browsers show an upload itself."""
    return shows(blob.content_type, codec_of(blob))


def codec_of(blob: Blob) -> str:
    """What a video is encoded with, or nothing."""
    return str(blob.probe.get("codec") or "")
