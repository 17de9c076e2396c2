"""Draws the sample video that ``make demo PLUGIN=motion-tracker`` follows: invented shapes.

A still camera over textured ground; a red box and a blue oval meet and pass each other, a yellow
disc goes behind a post and comes out again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np

WIDTH, HEIGHT, FPS, FRAMES = 480, 270, 25, 200
SEED = 7
SOFT_EDGE_PX = 1.0
POST = (338, 40, 22, 190)
"""Left, top, width, height of what stands in front of the moving things."""
POST_COLOUR = (70, 78, 88)
GROUND = (112, 124, 108)

Picture = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Thing:
    """Something that moves in a straight line; sizes in pixels, colour RGB."""

    name: str
    shape: str
    colour: tuple[int, int, int]
    size: tuple[int, int]
    start: tuple[float, float]
    step: tuple[float, float]
    """Centre in frame 0, and pixels a frame."""

    def centre(self, frame: int) -> tuple[float, float]:
        """Where its middle is in a frame."""
        return self.start[0] + frame * self.step[0], self.start[1] + frame * self.step[1]


THINGS = (
    Thing("red box", "box", (196, 52, 44), (50, 30), (-60, 196), (3.1, -0.1)),
    Thing("blue oval", "oval", (46, 84, 190), (26, 52), (520, 172), (-2.4, 0.06)),
    Thing("yellow disc", "oval", (226, 188, 48), (30, 30), (150, -50), (1.5, 1.3)),
)


def ground() -> Picture:
    """The ground, ``(H, W, 3) float``: patches and grain that are the same on every run."""
    random = np.random.default_rng(SEED)
    texture = np.zeros((HEIGHT, WIDTH))
    for cell, strength in ((48, 16.0), (12, 9.0), (3, 5.0)):
        shape = (HEIGHT // cell + 2, WIDTH // cell + 2)
        texture += strength * _stretched(random.standard_normal(shape), cell)
    return np.clip(np.array(GROUND) + texture[..., None], 0, 255)


def draw_frame(number: int, below: Picture) -> Picture:
    """One frame over the ground: ``(H, W, 3) uint8 RGB``."""
    picture = below.copy()
    for thing in THINGS:
        cover = _cover(thing, *thing.centre(number))[..., None]
        picture = picture * (1 - cover) + np.array(thing.colour) * cover
    left, top, width, height = POST
    picture[top : top + height, left : left + width] = POST_COLOUR
    return picture.round().astype(np.uint8)


def frames() -> Iterator[Picture]:
    """All frames, in their order."""
    below = ground()
    for number in range(FRAMES):
        yield draw_frame(number, below)


def write_video(path: Path) -> Path:
    """Write it as H.264 in MP4, by one thread, as its bytes would differ on every run else."""
    options = {"crf": "27", "preset": "slow", "threads": "1"}
    with av.open(str(path), "w", container_options={"movflags": "+faststart"}) as out:
        stream: Any = out.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for picture in frames():
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        out.mux(stream.encode())
    return path


def _cover(thing: Thing, x: float, y: float) -> Picture:
    """How much of each pixel the thing covers, ``(H, W)`` 0..1, with soft edges."""
    across = np.abs(np.arange(WIDTH) - x) / (thing.size[0] / 2)
    down = np.abs(np.arange(HEIGHT) - y)[:, None] / (thing.size[1] / 2)
    far = np.hypot(across, down) if thing.shape == "oval" else np.maximum(across, down)
    soft = SOFT_EDGE_PX / (min(thing.size) / 2)
    cover: Picture = np.clip((1 - far) / soft + 0.5, 0, 1)
    return cover


def _stretched(values: Picture, cell: int) -> Picture:
    """A coarse grid made smooth over the picture (bilinear)."""
    ys, xs = np.arange(HEIGHT) / cell, np.arange(WIDTH) / cell
    top, left = ys.astype(int), xs.astype(int)
    down, right = (ys - top)[:, None], xs - left
    rows = values[top] * (1 - down) + values[top + 1] * down
    smooth: Picture = rows[:, left] * (1 - right) + rows[:, left + 1] * right
    return smooth
