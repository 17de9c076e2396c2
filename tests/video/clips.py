"""Small videos, drawn here: a red square that moves to the right on a dark ground."""

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

WIDTH, HEIGHT, SIDE, FPS = 160, 120, 24, 30
STEP = 2
"""Pixels that the square moves from frame to frame."""
MILLISECONDS = Fraction(1, 1000)


def picture(number, width=WIDTH, height=HEIGHT):
    """Frame ``number``: (H, W, 3) uint8 BGR."""
    image = np.full((height, width, 3), (50, 60, 40), np.uint8)
    x = number * STEP % (width - SIDE)
    top = height // 3
    image[top : top + SIDE, x : x + SIDE] = (20, 20, 230)
    return image


def square(image):
    """Where the red square is in a decoded frame, as [x, y, width, height]."""
    red = (image[..., 2] > 140) & (image[..., 1] < 110)
    return list(cv2.boundingRect(red.astype(np.uint8)))


def clip(path, frames=30, codec="libx264", size=(WIDTH, HEIGHT), times_ms=None, **how) -> Path:
    """A video by PyAV, its container by the extension.

    ``times_ms`` are presentation times for a variable frame rate; ``rotation`` in degrees;
    ``faststart`` puts the index before the pictures; ``audio`` adds a second of silence.

    In a thread of its own: root's SVT-AV1 gives the thread that calls it the highest real-time
    priority, and everything that it starts later would have it too, browsers and servers included.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_encode, path, frames, codec, size, times_ms, how).result()


def _encode(path, frames, codec, size, times_ms, how) -> Path:
    faststart = {"movflags": "+faststart"} if how.get("faststart") else {}
    with av.open(str(path), "w", container_options=faststart) as out:
        stream = out.add_stream(codec, rate=how.get("fps", FPS), options={"g": "10"})
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        if times_ms:
            stream.codec_context.time_base = MILLISECONDS
        if "rotation" in how:
            stream.set_display_rotation(how["rotation"])
        if how.get("audio"):
            _silence(out)
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(number, *size), "bgr24")
            if times_ms:
                frame.pts, frame.time_base = times_ms[number], MILLISECONDS
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return Path(path)


def cv2_clip(path, frames=30, fourcc="MJPG", size=(WIDTH, HEIGHT)) -> Path:
    """A video by OpenCV (``MJPG`` in AVI, ``mp4v`` in MP4)."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*fourcc), FPS, size)
    for number in range(frames):
        writer.write(picture(number, *size))
    writer.release()
    return Path(path)


def sound_only(path) -> Path:
    """A file with an audio track and no pictures."""
    with av.open(str(path), "w") as out:
        _silence(out)
    return Path(path)


def cut(path, to, share=0.6) -> Path:
    """The first part of a file."""
    data = Path(path).read_bytes()
    Path(to).write_bytes(data[: int(len(data) * share)])
    return Path(to)


def _silence(out):
    stream = out.add_stream("aac", rate=44100)
    frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", "stereo")
    frame.sample_rate = 44100
    for block in range(43):
        frame.pts = block * 1024
        out.mux(stream.encode(frame))
    out.mux(stream.encode())
