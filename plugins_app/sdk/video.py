"""Videos as plugins see them: frames decoded ahead in a thread while the tool computes.

Plugins use this through ``frames``. The decoders are in ``decoders``.
"""

import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .call import progress
from .decoders import Decoder, VideoInfo, open_decoder
from .errors import ToolError

if TYPE_CHECKING:
    import numpy as np

AHEAD_BYTES = 64 * 1024 * 1024
AHEAD_FRAMES = (2, 32)
"""How much is decoded ahead: at most this many bytes, but between these numbers of frames."""
TELL_EVERY_S = 0.25
LOOK_EVERY_S = 0.1

Frame = tuple[int, float, "np.ndarray[Any, Any]"]


class Frames:
    """An iterable over the frames of a video. Each iteration starts from the beginning.

    Yields ``(index, time_s, image)``: the frame's number in the video from 0, its time in seconds
    and the upright picture, ``(H, W, 3) uint8 BGR``. ``info`` describes the video and, after the
    iteration, how much of it could be read. Leaving a loop early stops the thread.
    """

    def __init__(self, video_path: str | Path, every: int = 1, max_side: int | None = None) -> None:
        """Open the video. Raises ToolError (``undecodable``), and ValueError for sizes below 1."""
        if every < 1 or (max_side is not None and max_side < 1):
            raise ValueError("every and max_side must be 1 or more.")
        self._path = str(video_path)
        self._every = every
        self._max_side = max_side
        self._decoder: Decoder | None = open_decoder(self._path)
        self.info: VideoInfo = self._decoder.info
        longer = max(self.info.width, self.info.height)
        self.scale = min(1.0, max_side / longer) if max_side and longer else 1.0
        """Pixels of the yielded pictures per pixel of the video. Divide coordinates by it."""

    def __iter__(self) -> Iterator[Frame]:
        decoder = self._decoder or open_decoder(self._path)
        self._decoder = None
        self.info = decoder.info
        ahead = _Ahead(decoder, self._every, self._max_side)
        teller = _Teller(self.info)
        try:
            for frame in ahead.frames():
                self.info.frames_read = frame[0] + 1
                yield frame
                teller.tell(frame[1])
            self.info.end(ahead.decoded, ahead.last_time_s)
        finally:
            ahead.close()
        if not ahead.decoded:
            raise ToolError(
                "No frame of the video can be decoded. Check that it plays elsewhere, or convert it"
                " to H.264 in MP4.",
                reason="undecodable",
            )


class _Ahead:
    """Decodes in a thread until the queue is full."""

    def __init__(self, decoder: Decoder, every: int, max_side: int | None) -> None:
        self.decoded = 0
        self.last_time_s = 0.0
        self._decoder = decoder
        self._every = every
        self._max_side = max_side
        frame_bytes = max(1, 3 * decoder.info.width * decoder.info.height)
        least, most = AHEAD_FRAMES
        self.room = min(most, max(least, AHEAD_BYTES // frame_bytes))
        self._queue: queue.Queue[Frame | BaseException | None] = queue.Queue(self.room)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="video", daemon=True)
        self._thread.start()

    def frames(self) -> Iterator[Frame]:
        """The decoded frames, in order. Raises what the decoder raised."""
        while (got := self._queue.get()) is not None:
            if isinstance(got, BaseException):
                raise got
            yield got

    def close(self) -> None:
        """Stop the thread and wait for it."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        last: BaseException | None = None
        try:
            self._decode()
        except Exception as error:  # noqa: BLE001  # raised again in the thread that reads
            last = error
        finally:
            self._decoder.close()
        self._put(last)

    def _decode(self) -> None:
        while not self._stop.is_set():
            wanted = self.decoded % self._every == 0
            read = self._decoder.read(wanted)
            if read is None:
                return
            self.last_time_s, image = read
            if wanted and image is not None:
                self._put((self.decoded, self.last_time_s, self._shrunk(image)))
            self.decoded += 1

    def _put(self, thing: Frame | BaseException | None) -> None:
        while not self._stop.is_set():
            try:
                self._queue.put(thing, timeout=LOOK_EVERY_S)
            except queue.Full:
                continue
            return

    def _shrunk(self, image: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
        height, width = image.shape[:2]
        if self._max_side is None or max(height, width) <= self._max_side:
            return image
        import cv2

        scale = self._max_side / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small: np.ndarray[Any, Any] = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        return small


class _Teller:
    """Reports progress, in frames if the video gives their number, else by time."""

    def __init__(self, info: VideoInfo) -> None:
        self._info = info
        self._began = time.monotonic()
        self._told = 0.0

    def tell(self, time_s: float) -> None:
        """Report after a processed frame, at most every ``TELL_EVERY_S`` seconds."""
        now = time.monotonic()
        if now - self._told < TELL_EVERY_S:
            return
        self._told = now
        info = self._info
        counted = bool(info.frames_expected) and info.count_is_exact
        done, total = info.frames_read, info.frames_expected
        far = done / total if counted else (time_s / info.duration_s if info.duration_s else 0.0)
        note = f"{done} of {total} frames" if counted else f"{done} frames"
        if 0.01 < far < 1:
            note += f", {_span((now - self._began) * (1 - far) / far)} left"
        progress(far, 1 if far else 0, note)


def _span(seconds: float) -> str:
    """``40 s``, ``3 min`` or ``2 h 5 min``."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
