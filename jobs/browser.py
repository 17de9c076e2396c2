"""What browsers can show themselves. Everything else is offered as a download, and pages show its
thumbnail instead."""

from jobs.models import Blob

PICTURES = frozenset(f"image/{kind}" for kind in ("jpeg", "png", "webp", "gif", "bmp", "avif"))
VIDEOS = frozenset({"video/mp4", "video/webm", "video/quicktime"})
CODECS = frozenset({"h264", "vp8", "vp9", "av1"})
"""Codecs that browsers play in these containers, by their FFmpeg names."""


def shows(content_type: str, codec: str = "") -> bool:
    """Whether browsers show a picture or play a video of this type. Without a ``codec``, a
    supported one is assumed."""
    if content_type in VIDEOS:
        return not codec or codec in CODECS
    return content_type in PICTURES


def shows_blob(blob: Blob) -> bool:
    """Whether browsers can show this upload as it is."""
    return shows(blob.content_type, codec_of(blob))


def codec_of(blob: Blob) -> str:
    """A video's codec, by its FFmpeg name; ``""`` if unknown or not a video."""
    return str(blob.probe.get("codec") or "")
