"""The probe decodes untrusted bytes in a limited child process, never in this one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from jobs.media_host import OTHERWISE, ask
from jobs.models import MediaKind

ANSWERS = {
    "timeout": (400, "The {kind} takes too long to decode."),
    "out_of_memory": (413, "The {kind} needs too much memory to decode."),
    "plugin_crashed": (400, "The {kind} can't be decoded: it crashed the decoder."),
    "plugin_unavailable": (503, "Uploads can't be checked at the moment: {why}"),
    "too_large": (413, "{why}"),
    "unsupported_input": (415, "{why}"),
    OTHERWISE: (400, "{why}"),
}


@dataclass(frozen=True)
class Probed:
    """What the probe found: its report, and the thumbnail's path in the work folder."""

    report: dict[str, Any]
    thumbnail: Path


def probe(kind: str, path: Path, workdir: Path) -> Probed:
    """Examine an image or a video in a probe host, and write its thumbnail to ``workdir``.

    Raises Refusal if it can't be decoded or is over a limit.
    """
    tool, params = _question(kind)
    answers = {
        reason: (status, said.replace("{kind}", kind)) for reason, (status, said) in ANSWERS.items()
    }
    done = ask(kind, tool, path, params, workdir, answers=answers, kind=kind)
    thumbnail = next(a.path for a in done.artifacts if a.name == "thumbnail.webp")
    return Probed(done.result or {}, thumbnail)


def _question(kind: str) -> tuple[str, dict[str, int]]:
    """The tool that probes this kind of media, and its limits."""
    if kind == MediaKind.IMAGE:
        limits = {"max_pixels": settings.MAX_IMAGE_PIXELS, "max_frames": settings.MAX_IMAGE_FRAMES}
        return "probe", limits
    return "probe_video", {
        "max_pixels": settings.MAX_VIDEO_PIXELS,
        "max_frames": settings.MAX_VIDEO_FRAMES,
        "max_seconds": settings.MAX_VIDEO_SECONDS,
    }
