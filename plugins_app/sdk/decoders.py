"""Reading videos frame by frame: OpenCV, and PyAV for what OpenCV can't decode (AV1).

Both apply the rotation stored in the video and give presentation times, which differ from
frame number / fps if the frame rate varies. Libraries are loaded on first use.
"""

import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .errors import ToolError
from .signatures import EBML
from .video_formats import AV_OPTIONS, CV2_OPTIONS, CV2_VARIABLE

if TYPE_CHECKING:
    import numpy as np

Read = tuple[float, "np.ndarray[Any, Any] | None"]

SHORT_BY_FRAMES, SHORT_BY_SHARE = 2, 0.02
SHORT_BY_S = 1.0
"""How much may be missing before a video counts as truncated: encoders round, and Matroska gives
the length of its longest track."""
WITHOUT_CV2 = ("av01", "AV01")
"""Codecs (FourCC) that OpenCV opens but does not decode."""


@dataclass
class VideoInfo:
    """Properties of a video. Sizes are in pixels of the upright picture.

    ``frames_expected`` and ``duration_s`` come from the container and are 0 if it doesn't give
    them. Matroska and WebM only have a duration, from which the number of frames is estimated
    (``count_is_exact`` is false).
    """

    width: int
    height: int
    fps: float
    duration_s: float
    frames_expected: int
    count_is_exact: bool
    codec: str = ""
    frames_read: int = 0
    truncated: bool = False
    """Whether the video ended well before its expected end. Known once all of it has been read."""

    def end(self, frames_read: int, last_time_s: float) -> None:
        """Record that all frames have been read, and whether some are missing."""
        self.frames_read = frames_read
        if self.count_is_exact:
            missing = self.frames_expected - frames_read
            allowed = max(SHORT_BY_FRAMES, SHORT_BY_SHARE * self.frames_expected)
            self.truncated = missing > allowed
        else:
            missing_s = self.duration_s - last_time_s - (1 / self.fps if self.fps else 0)
            self.truncated = missing_s > max(SHORT_BY_S, SHORT_BY_SHARE * self.duration_s)


class Decoder(Protocol):
    """An opened video. ``read`` returns the next frame's time in seconds and, if ``wanted``, its
    picture ``(H, W, 3) uint8 BGR``. At the end it returns None."""

    info: VideoInfo

    def read(self, wanted: bool) -> Read | None: ...

    def close(self) -> None: ...


def open_decoder(path: str) -> Decoder:
    """Open a video, positioned at the first frame. Raises ToolError (``undecodable``)."""
    decoder = Cv2Decoder.opened(path)
    return decoder if decoder is not None else AvDecoder(path)


def count_is_exact(path: str) -> bool:
    """Whether the container stores the number of frames: MP4 and AVI do, Matroska and WebM don't.

    Raises ToolError if the file can't be read.
    """
    try:
        with Path(path).open("rb") as file:
            return file.read(4) != EBML
    except OSError as error:
        raise ToolError(f"The video can't be read: {error.strerror}.", retryable=True) from error


def length_s(announced_s: float, start_s: float) -> float:
    """Duration in seconds of a Matroska or WebM file that gives ``announced_s`` and starts at
    ``start_s``.

    FFmpeg writes the time at which the last frame ends instead of the duration, and recordings of
    live streams may start hours after 0. A value less than the start time must be a duration, which
    is what other programs write.
    """
    return announced_s - start_s if 0 < start_s < announced_s else announced_s


def announced_length_s(container: Any, stream: Any) -> float:
    """Duration in seconds according to a container opened with PyAV, or 0 if it gives none."""
    announced_s = (container.duration or 0) / 1e6
    start_s = float((stream.start_time or 0) * (stream.time_base or 0))
    return length_s(announced_s, start_s) if "matroska" in container.format.name else announced_s


class Cv2Decoder:
    """Decodes with OpenCV, which takes two thirds of PyAV's time per frame."""

    def __init__(self, capture: Any, info: VideoInfo, first: Read) -> None:
        self._capture = capture
        self._first: Read | None = first
        self.info = info

    @classmethod
    def opened(cls, path: str) -> "Cv2Decoder | None":
        """A decoder, or None if OpenCV can't open the file or decode a frame."""
        os.environ.setdefault(CV2_VARIABLE, CV2_OPTIONS)  # hosts have set it already
        import cv2

        exact = count_is_exact(path)
        capture = cv2.VideoCapture(path, cv2.CAP_FFMPEG)
        if not capture.isOpened():
            return None
        fourcc = int(capture.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little", signed=False)
        codec = fourcc.decode("latin-1").strip("\0 ")
        if codec in WITHOUT_CV2 or not capture.grab():
            capture.release()
            return None
        fps = capture.get(cv2.CAP_PROP_FPS)
        count = max(0, int(capture.get(cv2.CAP_PROP_FRAME_COUNT)))
        duration_s = count / fps if fps > 0 else 0.0
        if not exact and fps > 0:
            duration_s = length_s(duration_s, capture.get(cv2.CAP_PROP_PTS) / fps)
            count = round(duration_s * fps)
        info = VideoInfo(
            width=int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            height=int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
            fps=fps,
            duration_s=duration_s,
            frames_expected=count,
            count_is_exact=exact,
            codec=codec,
        )
        decoder = cls(capture, info, (0.0, None))
        decoder._first = decoder._time(), None
        return decoder

    def read(self, wanted: bool) -> Read | None:
        """See ``Decoder``."""
        if self._first is not None:
            time_s, self._first = self._first[0], None
        elif self._capture.grab():
            time_s = self._time()
        else:
            return None
        return time_s, self._capture.retrieve()[1] if wanted else None

    def close(self) -> None:
        """Close the file."""
        self._capture.release()

    def _time(self) -> float:
        import cv2

        time_s: float = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        return time_s


class AvDecoder:
    """Decodes with PyAV, which includes an AV1 decoder."""

    def __init__(self, path: str) -> None:
        """Raises ToolError (``undecodable``)."""
        import av

        try:
            self._container: Any = av.open(path, container_options=dict(AV_OPTIONS))
        except (av.FFmpegError, ValueError) as error:
            raise _undecodable() from error
        if not self._container.streams.video:
            self._container.close()
            raise ToolError("The file has no video track.", reason="undecodable")
        stream = self._container.streams.video[0]
        stream.thread_type = "AUTO"
        self._start_s = float((stream.start_time or 0) * (stream.time_base or 0))
        self._decoded = self._decode(stream)
        self._first = next(self._decoded, None)
        if self._first is None:
            self._container.close()
            raise _undecodable()
        fps = float(stream.average_rate or 0)
        duration_s = announced_length_s(self._container, stream)
        turned = self._first.rotation % 180 == 90
        size = (self._first.height, self._first.width)
        self.info = VideoInfo(
            width=size[0] if turned else size[1],
            height=size[1] if turned else size[0],
            fps=fps,
            duration_s=duration_s,
            frames_expected=stream.frames or round(duration_s * fps),
            count_is_exact=stream.frames > 0 and count_is_exact(path),
            codec=stream.codec_context.codec.canonical_name,
        )

    def read(self, wanted: bool) -> Read | None:
        """See ``Decoder``."""
        frame = self._first if self._first is not None else next(self._decoded, None)
        self._first = None
        if frame is None:
            return None
        time_s = max(0.0, (frame.time or 0.0) - self._start_s)
        return time_s, upright(frame) if wanted else None

    def close(self) -> None:
        """Close the file."""
        self._decoded.close()
        self._container.close()

    def _decode(self, stream: Any) -> Generator[Any, None, None]:
        """Frames. Damaged packets are skipped, as OpenCV does."""
        import av

        packets = self._container.demux(stream)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, av.FFmpegError):
                return
            try:
                yield from packet.decode()
            except av.FFmpegError:
                continue


def upright(frame: Any) -> "np.ndarray[Any, Any]":
    """A PyAV frame as ``(H, W, 3) uint8 BGR``, with the video's rotation applied."""
    import numpy as np

    image = frame.to_ndarray(format="bgr24")
    turns = round(frame.rotation / 90) % 4  # counterclockwise, as in np.rot90
    return np.ascontiguousarray(np.rot90(image, turns)) if turns else image


def _undecodable() -> ToolError:
    return ToolError(
        "The video can't be decoded: no frame of it can be read. Check that it plays elsewhere, or"
        " convert it to H.264 in MP4.",
        reason="undecodable",
    )
