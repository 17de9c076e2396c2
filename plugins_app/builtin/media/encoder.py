"""Writes videos that browsers can play: H.264 in MP4, or VP9 in WebM if x264 is missing."""

from fractions import Fraction
from typing import Any

import av
import numpy as np

from plugins_app import sdk

CLOCK = Fraction(1, 90_000)
"""A time base that is fine enough for every frame rate."""
H264 = ("libx264", "mp4", {"preset": "veryfast", "crf": "25"}, {"movflags": "+faststart"})
VP9 = ("libvpx-vp9", "webm", {"deadline": "realtime", "cpu-used": "8", "crf": "36", "b": "0"}, {})
KEY_EVERY_S = 4
"""Frequent key frames make seeking fast."""


class Encoder:
    """Encodes frames with their times into the artifact ``<stem>.mp4`` or ``<stem>.webm``."""

    def __init__(self, stem: str, fps: float) -> None:
        self._stem = stem
        self._fps = fps if 0 < fps <= 1000 else 25.0
        self._container: Any = None
        self._stream: Any = None
        self._last = -1
        self.name = self.codec = ""
        self.frames = 0

    def add(self, image: np.ndarray, time_s: float) -> None:
        """Encode one frame, ``(H, W, 3) uint8 BGR``. All frames must have the same size."""
        if self._container is None:
            self._open(image.shape[1], image.shape[0])
        height, width = self._stream.height, self._stream.width
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image[:height, :width]), "bgr24")
        self._last = max(round(time_s / CLOCK), self._last + 1)
        frame.pts, frame.time_base = self._last, CLOCK
        self._container.mux(self._stream.encode(frame))
        self.frames += 1

    def finish(self) -> dict[str, Any]:
        """Finish the file. Returns ``name``, ``codec``, ``frames``, ``width`` and ``height``."""
        self._container.mux(self._stream.encode())
        size = {"width": self._stream.width, "height": self._stream.height}
        self._container.close()
        return {"name": self.name, "codec": self.codec, "frames": self.frames, **size}

    def _open(self, width: int, height: int) -> None:
        codec, extension, options, container_options = H264 if can_encode(H264[0]) else VP9
        self.name, self.codec = f"{self._stem}.{extension}", codec
        path = sdk.artifact_path(self.name, "preview")
        self._container = av.open(str(path), "w", container_options=container_options)
        gop = {"g": str(round(self._fps * KEY_EVERY_S))}
        rate = Fraction(self._fps).limit_denominator(1001)
        self._stream = self._container.add_stream(codec, rate=rate, options={**options, **gop})
        # H.264 with halved colour planes requires even sides.
        self._stream.width, self._stream.height = max(2, width & ~1), max(2, height & ~1)
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = CLOCK


def can_encode(codec: str) -> bool:
    try:
        av.codec.Codec(codec, "w")
    except av.codec.codec.UnknownCodecError:
        return False
    return True
