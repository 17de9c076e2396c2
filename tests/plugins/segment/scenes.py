"""Draws scenes of many like things on a table, with others among them, and their truth."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np

from plugins_app import sdk


@dataclass
class Scene:
    """A picture (H, W, 3) uint8 BGR, the masks (H, W) bool of what is looked for, and of others."""

    image: np.ndarray
    masks: list[np.ndarray] = field(default_factory=list)
    others: list[np.ndarray] = field(default_factory=list)

    @property
    def boxes(self) -> list[list[int]]:
        return [box_of(mask) for mask in self.masks]

    @property
    def other_boxes(self) -> list[list[int]]:
        return [box_of(mask) for mask in self.others]


def box_of(mask: np.ndarray) -> list[int]:
    """The smallest [x, y, w, h] around a mask."""
    return list(cv2.boundingRect(mask.astype(np.uint8)))


def mask_iou(a: np.ndarray, b: np.ndarray) -> float:
    """Intersection over union of two masks."""
    return float((a & b).sum() / max(1, (a | b).sum()))


def ground(rng: np.random.Generator, size: tuple[int, int], texture: str, colour=(150, 160, 165)):
    """A background of `size` (w, h) as float32: plain, noise, cloth, wood or gravel."""
    width, height = size
    base = np.full((height, width, 3), colour, np.float32)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    if texture == "noise":
        base += rng.normal(0, 9, (height, width, 1))
    elif texture == "cloth":
        base += (8 * np.sin(x * 1.3) + 8 * np.sin(y * 1.1))[..., None]
    elif texture == "wood":
        wave = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 12)
        base += 14 * np.sin(y / 5 + 60 * wave)[..., None]
    elif texture == "gravel":
        grains = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 2)
        base += (12 * grains / grains.std())[..., None]
    base += rng.normal(0, 3, base.shape)
    return base.astype(np.float32)


def light(rng: np.random.Generator, image: np.ndarray, strength: float) -> np.ndarray:
    """Light that falls off to one side."""
    height, width = image.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    angle = rng.uniform(0, 2 * math.pi)
    ramp = (x / width - 0.5) * math.cos(angle) + (y / height - 0.5) * math.sin(angle)
    return np.clip(image * (1 + strength * ramp[..., None]), 0, 255).astype(np.uint8)


def outline(kind: str, size: float, turn: float) -> np.ndarray:
    """The corners (n, 2) of a thing of about `size` px across, about (0, 0), turned (radians)."""
    t = np.linspace(0, 2 * math.pi, 168, endpoint=False)
    r = np.full_like(t, size / 2)
    if kind == "cap":
        r *= 1 + 0.05 * np.sign(np.sin(21 * t))
    elif kind == "blob":
        for wave, phase in ((2, 0.4), (3, 2.0), (5, 4.4)):
            r *= 1 + 0.3 / wave * np.cos(wave * t + phase)
    elif kind == "star":
        t = np.linspace(0, 2 * math.pi, 10, endpoint=False)
        r = size / 2 * np.where(np.arange(10) % 2, 0.5, 1.0)
    points = np.stack([r * np.cos(t), r * np.sin(t)], 1)
    if kind == "seed":
        points *= (1.0, 0.55)
    elif kind in ("stamp", "square"):
        w, h = (size * 0.42, size * 0.5) if kind == "stamp" else (size * 0.42, size * 0.42)
        points = np.array([[-w, -h], [w, -h], [w, h], [-w, h]])
    elif kind == "triangle":
        points = size / 2 * np.array([[0, -1], [0.9, 0.7], [-0.9, 0.7]])
    elif kind == "screw":
        head, shaft, length = 0.17 * size, 0.075 * size, size / 2
        points = np.array([
            [-length, -head], [-length + 0.14 * size, -head], [-length + 0.18 * size, -shaft],
            [length - 0.1 * size, -shaft], [length, 0], [length - 0.1 * size, shaft],
            [-length + 0.18 * size, shaft], [-length + 0.14 * size, head], [-length, head],
        ])  # fmt: skip
    c, s = math.cos(turn), math.sin(turn)
    return points @ np.array([[c, s], [-s, c]])


def draw(rng, image, kind, middle, size, turn, colour):
    """Draw one thing with its shadow and inside; returns its mask."""
    height, width = image.shape[:2]
    place = np.array(middle)
    corners = np.round((outline(kind, size, turn) + place) * 16).astype(np.int32)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA, 4)
    shift = np.float32([[1, 0, 0.05 * size], [0, 1, 0.06 * size]])
    shadow = cv2.GaussianBlur(cv2.warpAffine(mask, shift, (width, height)), (0, 0), 0.03 * size + 1)
    image *= 1 - 0.35 * (shadow / 255.0)[..., None]
    inside = np.full_like(image, colour)
    inner = np.round((outline(kind, size * 0.78, turn) + place) * 16).astype(np.int32)
    cv2.fillPoly(inside, [inner], [0.86 * c for c in colour], cv2.LINE_AA, 4)
    if kind in ("cap", "stamp", "coin"):
        for _ in range(5 if kind == "coin" else 3):  # a relief, another on each coin
            at = place + rng.uniform(-0.2, 0.2, 2) * size
            axes = tuple(int(v) for v in 16 * size * rng.uniform(0.04, 0.14, 2))
            tone = [float(np.clip(c * rng.uniform(0.55, 1.35), 0, 255)) for c in colour]
            where = tuple(int(v) for v in at * 16)
            cv2.ellipse(inside, where, axes, rng.uniform(0, 180), 0, 360, tone, -1, cv2.LINE_AA, 4)
    inside += rng.normal(0, 4, image.shape)
    alpha = (mask / 255.0)[..., None]
    image[:] = image * (1 - alpha) + inside * alpha
    return mask > 127


def scene(
    kind: str,
    seed: int,
    texture: str = "noise",
    sizes: tuple[float, float] = (46, 60),
    turns: float = math.pi,
    grid: tuple[int, int] = (6, 4),
    cell: int = 90,
    others: tuple[str, ...] = ("triangle", "square"),
    lighting: float = 0.4,
    jitter: float = 0.1,
    colour: tuple[float, float, float] = (60, 90, 190),
) -> Scene:
    """A grid of things that shake by `jitter` cells; every sixth is one of `others`."""
    rng = np.random.default_rng(seed)
    columns, rows = grid
    image = ground(rng, (columns * cell + 30, rows * cell + 30), texture)
    made = Scene(image)
    tint = colour
    for number in range(columns * rows):
        column, row = number % columns, number // columns
        middle = [
            (n + 0.5 + rng.uniform(-jitter, jitter)) * cell + 15 for n in (column, row)
        ]  # fmt: skip
        size, turn = rng.uniform(*sizes), rng.uniform(-turns, turns)
        other = others and number % 6 == 4
        what = others[rng.integers(len(others))] if other else kind
        shade = [float(np.clip(c * rng.uniform(0.92, 1.08), 0, 255)) for c in tint]
        mask = draw(rng, image, what, middle, size, turn, shade)
        if other:
            made.others.append(mask)
        else:
            made.masks.append(mask)
    made.image = light(rng, image, lighting)
    return made


def one_thing(
    kind: str, texture: str, colour: tuple[float, float, float], size: float = 110, seed: int = 1
) -> Scene:
    """One thing in the middle of 320 x 260 pixels."""
    rng = np.random.default_rng(seed)
    image = ground(rng, (320, 260), texture)
    made = Scene(image)
    made.masks.append(draw(rng, image, kind, (160, 130), size, rng.uniform(-3, 3), colour))
    made.image = light(rng, image, 0.4)
    return made


def found_and_false(found: list[np.ndarray], truth: list[np.ndarray]) -> tuple[int, int]:
    """How many of `truth` are found (IoU of masks from 0.5 on), and how many finds are not."""
    left = list(truth)
    false = 0
    for mask in found:
        best = max(left, key=lambda one: mask_iou(mask, one), default=None)
        if best is not None and mask_iou(mask, best) >= 0.5:
            left = [one for one in left if one is not best]
        else:
            false += 1
    return len(truth) - len(left), false


def box_iou(a: list[int], b: list[int]) -> float:
    """Intersection over union of two [x, y, w, h]."""
    return sdk.box_iou(a, b)
