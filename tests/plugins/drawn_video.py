"""Videos of coloured squares on a textured ground, with the truth about where they are."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

FPS = 20
RED, GREEN, BLUE = (20, 20, 220), (20, 200, 20), (220, 20, 20)
"""BGR."""


@dataclass(frozen=True)
class Square:
    """A square that moves in a straight line: ``at`` (x, y) and ``by`` (dx, dy) pixels a frame.

    It is there from frame ``first`` up to, not including, ``last``.
    """

    at: tuple[float, float]
    by: tuple[float, float]
    colour: tuple[int, int, int] = RED
    side: int = 40
    first: int = 0
    last: int = 1_000_000

    def box(self, number):
        """[x, y, width, height] in a frame, or None where it is not there."""
        if not self.first <= number < self.last:
            return None
        steps = number - self.first
        place = [round(start + steps * step) for start, step in zip(self.at, self.by, strict=True)]
        return [*place, self.side, self.side]


def ground(width=480, height=360, seed=1):
    """A grey ground with soft texture, (H, W, 3) uint8."""
    noise = np.random.default_rng(seed).normal(110, 30, (height // 6, width // 6))
    grey = np.clip(cv2.resize(noise, (width, height)), 0, 255).astype(np.uint8)
    return cv2.merge([grey] * 3)


def plain_frames(square, ground_colour, count, size=(320, 240)):
    """The frames of a video of one square on a ground of one colour (BGR), without noise."""
    for number in range(count):
        image = np.full((size[1], size[0], 3), ground_colour, np.uint8)
        if box := square.box(number):
            x, y, w, h = box
            image[y : y + h, x : x + w] = square.colour
        yield image


def frames(squares, count, behind=(), noise=2.0, size=(480, 360)):
    """The frames of a video; later squares cover earlier ones, boxes in ``behind`` cover all."""
    base = ground(*size)
    rng = np.random.default_rng(2)
    for number in range(count):
        image = base.copy()
        for square in squares:
            if box := square.box(number):
                x, y, w, h = box
                cv2.rectangle(image, (x, y), (x + w - 1, y + h - 1), square.colour, -1)
        for x, y, w, h in behind:
            image[y : y + h, x : x + w] = 70
        grain = rng.normal(0, noise, (*image.shape[:2], 1))
        yield np.clip(image + grain, 0, 255).astype(np.uint8)


COLOURS_ALONE = {
    "red on green": ((0, 0, 255), (0, 130, 0)),
    "blue on dark grey": ((255, 0, 0), (30, 30, 30)),
    "red on grey": ((40, 40, 230), (90, 90, 90)),
}
"""A square's and a ground's colour (BGR) that are equally bright: only their colour tells them."""


def write(path, images, fps=FPS) -> Path:
    """A Motion JPEG video in AVI."""
    writer = None
    for image in images:
        if writer is None:
            size = (image.shape[1], image.shape[0])
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), fps, size)
        writer.write(image)
    writer.release()
    return Path(path)


def whole(result):
    """A result whose frames are still to be made, with the frames made."""
    made = list(result["frames"])
    return {**result, "frames": made}


def numbers_of(result, square, others=(), tolerance=0.5):
    """The track numbers that a square had, in order, by overlap with where it really was.

    Moments in which it touches one of the ``others`` are left out: both are at the same place.
    """
    had = []
    for frame in result["frames"]:
        box = square.box(frame["frame"])
        near = [other.box(frame["frame"]) for other in others if other is not square]
        if not box or any(overlap(box, other) > 0 for other in near if other):
            continue
        had += [
            one["track_id"] for one in frame["objects"] if overlap(one["bbox"], box) >= tolerance
        ]
    return had


def overlap(a, b):
    """Intersection over union of two [x, y, width, height]."""
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    common = max(0, across) * max(0, down)
    return common / (a[2] * a[3] + b[2] * b[3] - common)
