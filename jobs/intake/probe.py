"""The probe: untrusted bytes are decoded in a limited child process, never in this one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from jobs.media_host import host_for
from jobs.models import MediaKind
from jobs.refusal import Refusal
from plugins_app.host import Call, HostFailure

STATUS = {"too_large": 413, "unsupported_input": 415}
"""HTTP status by the reason the probe gave; every other reason is a 400."""


@dataclass(frozen=True)
class Probed:
    """What the probe found: its report, and the thumbnail's path in the work folder."""

    report: dict[str, Any]
    thumbnail: Path


def probe(kind: str, path: Path, workdir: Path) -> Probed:
    """Look into an image or a video, in a probe host; its thumbnail is written to ``workdir``.

    Raises Refusal when it can't be decoded or is over a limit.
    """
    tool, params = _question(kind)
    call = Call(
        tool=tool,
        input_path=path,
        params=params,
        prompts={},
        workdir=workdir,
        timeout_s=settings.PROBE_TIMEOUT_S,
        memory_mb=settings.PROBE_MEMORY_MB,
        kind=kind,
    )
    try:
        done = host_for(kind).call(call)
    except HostFailure as failure:
        raise _refusal(kind, failure) from failure
    thumbnail = next(a.path for a in done.artifacts if a.name == "thumbnail.webp")
    return Probed(done.result or {}, thumbnail)


def _question(kind: str) -> tuple[str, dict[str, int]]:
    """The tool that looks into this kind of media, and its limits."""
    if kind == MediaKind.IMAGE:
        limits = {"max_pixels": settings.MAX_IMAGE_PIXELS, "max_frames": settings.MAX_IMAGE_FRAMES}
        return "probe", limits
    return "probe_video", {
        "max_pixels": settings.MAX_VIDEO_PIXELS,
        "max_frames": settings.MAX_VIDEO_FRAMES,
        "max_seconds": settings.MAX_VIDEO_SECONDS,
    }


def _refusal(kind: str, failure: HostFailure) -> Refusal:
    match failure.reason:
        case "timeout":
            return Refusal(400, f"The {kind} takes too long to decode.")
        case "out_of_memory":
            return Refusal(413, f"The {kind} needs too much memory to decode.")
        case "plugin_crashed":
            return Refusal(400, f"The {kind} can't be decoded: it broke the decoder.")
        case "plugin_unavailable":
            return Refusal(503, f"Uploads can't be checked at the moment: {failure.message}")
        case reason:
            return Refusal(STATUS.get(reason, 400), failure.message)
