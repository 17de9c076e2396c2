"""Inspects a video: reads all packets, but only decodes the frames needed for a poster."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from probe import megapixels
from thumbnail import SIDE, UPRIGHT, save_thumbnail

from plugins_app.sdk import ToolError
from plugins_app.sdk.decoders import VideoInfo, announced_length_s
from plugins_app.sdk.signatures import ACCEPTED_VIDEOS, HEAD_BYTES, VIDEOS, Format, format_of
from plugins_app.sdk.video_formats import AV_OPTIONS

POSTER_AT_SHARE, POSTER_AT_MOST_S = 0.1, 5.0
"""When the poster is taken: the first frames are often black."""
PATIENCE_PACKETS = 500
"""After this many packets without a frame, no more frames are expected."""
TURNS = {90: 8, 180: 3, 270: 6}
"""EXIF orientation with the same effect as a rotation (degrees counterclockwise)."""
ADVICE = "Check that it plays elsewhere, or convert it to H.264 in MP4."


@dataclass(frozen=True)
class Limits:
    """``max_pixels`` limits width x height of one frame, ``max_seconds`` the length."""

    max_pixels: int
    max_seconds: float
    max_frames: int


def probe_video(path: str, limits: Limits) -> dict[str, Any]:
    """Check a video and write its poster, ``thumbnail.webp``.

    Returns ``kind``, ``content_type``, ``format``, ``codec``, ``width`` and ``height`` (upright),
    ``rotation`` (degrees counterclockwise), ``fps``, ``duration_s``, ``frame_count``,
    ``frame_count_is_estimate``, ``has_audio`` and ``truncated`` (the video ends early; counts are
    of the existing part). Raises ToolError: ``undecodable``, ``too_large`` or
    ``unsupported_input``.
    """
    with Path(path).open("rb") as file:
        kind = format_of(file.read(HEAD_BYTES))
    if kind not in VIDEOS:
        text = f"This is not a video of a known format. Videos may be {ACCEPTED_VIDEOS}."
        raise ToolError(text, reason="unsupported_input")
    try:
        with av.open(path, container_options=dict(AV_OPTIONS)) as container:
            return _report(container, kind, limits)
    except ToolError:  # a ValueError too
        raise
    except (av.FFmpegError, ValueError, MemoryError) as error:
        raise _damaged(kind.name) from error


def _report(container: Any, kind: Format, limits: Limits) -> dict[str, Any]:
    if not container.streams.video:
        text = f"The {kind.name} has no video track, only sound. Upload a video with pictures."
        raise ToolError(text, reason="undecodable")
    stream = container.streams.video[0]
    codec = stream.codec_context
    _check_size(codec.width, codec.height, limits)
    codec.options = {"max_pixels": str(limits.max_pixels)}  # a stream may change its size later
    _check_length(announced_length_s(container, stream), stream.frames, limits)
    stream.thread_type = "SLICE"  # frame threads would decode ahead of the one frame wanted
    frames = _Frames(container, stream)
    first = frames.first()
    if first is None:
        text = f"No picture of the {kind.name} can be decoded. {ADVICE}"
        raise ToolError(text, reason="undecodable")
    rotation = round(first.rotation / 90) * 90 % 360
    packets = _packets(container, stream, limits)
    info, is_estimate = _length(container, stream, packets)
    _check_length(info.duration_s, info.frames_read, limits)
    _poster(frames.at(_poster_s(info, stream)) or first, rotation)
    sides = (first.width, first.height)
    width, height = sides[::-1] if rotation % 180 else sides
    return {
        "kind": "video",
        "content_type": kind.content_type,
        "format": kind.name,
        "codec": codec.codec.canonical_name,
        "width": width,
        "height": height,
        "rotation": rotation,
        "fps": round(info.fps, 3),
        "duration_s": round(info.duration_s, 3),
        "frame_count": info.frames_read,
        "frame_count_is_estimate": is_estimate,
        "has_audio": bool(container.streams.audio),
        "truncated": info.truncated,
    }


class _Frames:
    """Single frames of a video."""

    def __init__(self, container: Any, stream: Any) -> None:
        self._container = container
        self._stream = stream

    def first(self) -> Any:
        """The next frame that can be decoded, or None. Damaged packets are skipped."""
        for number, packet in enumerate(_demuxed(self._container, self._stream)):
            if number > PATIENCE_PACKETS:
                return None
            with contextlib.suppress(av.FFmpegError):
                for frame in packet.decode():
                    return frame
        return None

    def at(self, time_s: float) -> Any:
        """The key frame at or before this time (on the stream's own clock), or None."""
        with contextlib.suppress(av.FFmpegError):
            self._container.seek(round(time_s / self._stream.time_base), stream=self._stream)
            return self.first()
        return None


@dataclass
class _Packets:
    """The number of packets in the video track, and their first and last times in seconds."""

    count: int = 0
    start_s: float = 0.0
    last_s: float = 0.0
    broken: bool = False


def _packets(container: Any, stream: Any, limits: Limits) -> _Packets:
    """Read the track to its end without decoding it."""
    found = _Packets()
    times: tuple[float, float] | None = None
    with contextlib.suppress(av.FFmpegError):
        container.seek(0)
    for packet in _demuxed(container, stream):
        if not packet.size or packet.is_discard:
            continue
        found.count += 1
        found.broken = packet.is_corrupt
        if found.count > limits.max_frames:
            _check_length(0, found.count, limits)
        if packet.pts is not None:
            now = float(packet.pts * packet.time_base)
            times = (min(times[0], now), max(times[1], now)) if times else (now, now)
    found.start_s, found.last_s = times or (0.0, 0.0)
    return found


def _demuxed(container: Any, stream: Any) -> Iterator[Any]:
    """Packets until the end, or until the file can't be read any further."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        yield packet


def _length(container: Any, stream: Any, packets: _Packets) -> tuple[VideoInfo, bool]:
    """Length, frames and whether the video ends early, and whether the frames are an estimate.

    Packets are frames, except in codecs that hide some; MP4 and AVI store the number of frames.
    """
    fps = float(stream.average_rate or 0)
    announced = stream.frames
    duration_s = announced_length_s(container, stream)
    read_s = packets.last_s - packets.start_s
    info = VideoInfo(0, 0, fps, duration_s, announced, count_is_exact=announced > 0)
    info.end(packets.count - packets.broken, read_s)
    longer = not announced and read_s > duration_s  # some programs store durations, some end times
    if info.truncated or longer or not duration_s:
        info.duration_s = read_s + (1 / fps if fps else 0)
    elif announced:
        info.frames_read = announced
    return info, not announced


def _poster_s(info: VideoInfo, stream: Any) -> float:
    start_s = float((stream.start_time or 0) * stream.time_base)
    return start_s + min(POSTER_AT_SHARE * info.duration_s, POSTER_AT_MOST_S)


def _poster(frame: Any, rotation: int) -> None:
    scale = min(1.0, SIDE / max(frame.width, frame.height))
    size = [max(1, round(side * scale)) for side in (frame.width, frame.height)]
    small = frame.reformat(width=size[0], height=size[1], format="rgb24").to_image()
    orientation = TURNS.get(rotation, 1)
    save_thumbnail(small, orientation if orientation in UPRIGHT else 1, None)


def _check_size(width: int, height: int, limits: Limits) -> None:
    if width < 1 or height < 1:
        raise ToolError(f"The video's pictures have no size. {ADVICE}", reason="undecodable")
    if width * height > limits.max_pixels:
        raise ToolError(
            f"The video's pictures have {megapixels(width * height)} megapixels"
            f" ({width} x {height}); the limit is {megapixels(limits.max_pixels)}."
            " Make it smaller and upload it again.",
            reason="too_large",
        )


def _check_length(seconds: float, frames: int, limits: Limits) -> None:
    if seconds > limits.max_seconds:
        raise ToolError(
            f"The video is {seconds / 60:.0f} minutes long; the limit is"
            f" {limits.max_seconds / 60:.3g}. Cut it into parts.",
            reason="too_large",
        )
    if frames > limits.max_frames:
        raise ToolError(
            f"The video has more than {limits.max_frames} frames, which is the limit."
            " Cut it into parts.",
            reason="too_large",
        )


def _damaged(name: str) -> ToolError:
    text = f"The {name} is damaged or incomplete and can't be read. {ADVICE}"
    return ToolError(text, reason="undecodable")
