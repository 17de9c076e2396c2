"""Finds places that look like an example by normalised correlation at several sizes and rotations.

Two views of the picture are compared, the Lab colours and the gradients of the lightness: colours
distinguish the thing from others, gradients distinguish its outline from mere blobs. (Lewis, "Fast
Normalized Cross-Correlation", 1995.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from segment_grabcut import cut_box, cut_core
from segment_shape import BoolMask, clean, ellipse, elongation, iou, profile, resized, tidy
from segment_view import Box, Image, Piece, view

FloatImage = NDArray[np.float32]
Groups = tuple[list[FloatImage], list[FloatImage]]

EXAMPLE_SIZE = 20.0  # side of the example when compared, px: details that differ are blurred away
_MAX_PIXELS = 3_000_000
_BUDGET = 40_000_000  # pixels compared, over all sizes and turns
_STEP = 1.14  # from one size to the next
_TURN = 18
_ALIKE = 0.88  # overlap of masks turned differently, from which on they need not both be tried
_THIN, _LONG = 0.45, 1.6  # fills little of its box, or is longer than wide: compare it masked
_MARGIN = 0.12  # of the example's size: its edge counts as well
_VIEW_SIDE = 96
_PEAKS = 4000


@dataclass(frozen=True)
class Example:
    """An example: its box in the picture and its mask, which is plausible if `sound`."""

    box: Box
    piece: Piece
    sound: bool
    wanted: bool = True

    @cached_property
    def mask(self) -> BoolMask:
        """The mask within the box, or the whole box if there is no sound mask."""
        x, y, w, h = (round(v) for v in self.box)
        mask = np.zeros((max(h, 1), max(w, 1)), bool)
        if not self.sound:
            mask[:] = True
            return mask
        left, top = self.piece.x - x, self.piece.y - y
        part = self.piece.mask[max(0, -top) : h - top, max(0, -left) : w - left]
        top, left = max(0, top), max(0, left)
        mask[top : top + part.shape[0], left : left + part.shape[1]] = part
        return tidy(mask)

    @cached_property
    def outline(self) -> NDArray[np.float32] | None:
        """The shape, for comparison with others."""
        return profile(self.small_mask) if self.sound else None

    @cached_property
    def small_mask(self) -> BoolMask:
        """The mask with a long side of at most 96 pixels."""
        height, width = self.mask.shape
        scale = min(1.0, _VIEW_SIDE / max(height, width))
        return resized(self.mask, (max(1, round(width * scale)), max(1, round(height * scale))))

    @cached_property
    def size(self) -> float:
        """Its size in pixels: the diameter of a disc with the same area."""
        _, _, w, h = self.box
        return max(1.13 * float(np.sqrt(self.mask.sum())), 0.35 * max(w, h))

    def turns(self, wanted: str) -> list[int]:
        """The rotations to try, in degrees.

        With `auto`, only those that make a difference: none for a disc, and half of them for things
        that look the same upside down. An example that could not be cut out is not rotated.
        """
        if wanted == "any":
            return list(range(0, 360, _TURN))
        if wanted == "upright" or not self.sound:
            return [0]
        side = 2 * int(0.5 + 0.5 * np.hypot(*self.small_mask.shape)) + 2
        seen: dict[int, BoolMask] = {}
        for turn in range(0, 360, _TURN):
            mask = _turned(self.small_mask, turn, side)
            if all(iou(mask, other) < _ALIKE for other in seen.values()):
                seen[turn] = mask
        return list(seen)


def make_example(image: Image, box: Box, wanted: bool = True) -> Example:
    """An example with the mask that GrabCut finds in its box.

    Boxes are drawn tightly around things, so a mask that does not reach all sides is wrong. In that
    case the middle is assumed to be the thing, and it is cut out again.
    """
    seen = view(image, box, max_side=_VIEW_SIDE * 2)
    left, top, right, bottom = seen.box(box)
    piece = cut_box(image, box, _VIEW_SIDE * 2)
    if _spans(piece, box):
        return Example(box, piece, True, wanted)
    inside = np.zeros(seen.pixels.shape[:2], bool)
    inside[top:bottom, left:right] = True
    full = ellipse(inside.shape, (left, top, right, bottom))
    piece = seen.piece(tidy(clean(cut_core(seen.pixels, full, inside))), 0.0)
    if _spans(piece, box):
        return Example(box, piece, True, wanted)
    return Example(box, seen.piece(full, 0.0), False, wanted)


def _spans(piece: Piece, box: Box) -> bool:
    """Whether a mask reaches near all sides of its box and fills some of it."""
    x, y, w, h = cv2.boundingRect(tidy(piece.mask).astype(np.uint8))
    slack_x, slack_y = max(2.0, 0.15 * box[2]), max(2.0, 0.15 * box[3])
    return bool(
        piece.mask.sum() > 0.1 * box[2] * box[3]
        and piece.x + x < box[0] + slack_x
        and piece.y + y < box[1] + slack_y
        and piece.x + x + w > box[0] + box[2] - slack_x
        and piece.y + y + h > box[1] + box[3] - slack_y
    )


def _turned(mask: BoolMask, turn: int, side: int) -> BoolMask:
    height, width = mask.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0)
    matrix[:, 2] += (side - width) / 2, (side - height) / 2
    return np.asarray(cv2.warpAffine(mask.astype(np.uint8) * 255, matrix, (side, side)) > 127)


@dataclass(frozen=True)
class Match:
    """A place like the example: its centre and size in the picture, rotated by `turn` degrees."""

    score: float
    x: float
    y: float
    scale: float
    turn: int
    example: Example

    def mask(self, factor: float) -> tuple[BoolMask, int, int]:
        """The example's mask as it would lie here, with its left and top, all times `factor`."""
        _, _, w, h = self.example.box
        size = self.scale * factor
        radians = np.radians(self.turn)
        cos, sin = abs(np.cos(radians)), abs(np.sin(radians))
        across, down = (w * cos + h * sin) * size, (w * sin + h * cos) * size
        left = int(np.floor(self.x * factor - across / 2))
        top = int(np.floor(self.y * factor - down / 2))
        shape = (max(2, int(np.ceil(across)) + 1), max(2, int(np.ceil(down)) + 1))
        small = self.example.small_mask
        part = size * w / small.shape[1]
        matrix = cv2.getRotationMatrix2D((small.shape[1] / 2, small.shape[0] / 2), self.turn, part)
        matrix[0, 2] += self.x * factor - left - small.shape[1] / 2
        matrix[1, 2] += self.y * factor - top - small.shape[0] / 2
        white = small.astype(np.uint8) * 255
        return cv2.warpAffine(white, matrix, shape, flags=cv2.INTER_LINEAR) > 127, left, top


def working_scale(image: Image, examples: list[Example], variation: float, rotation: str) -> float:
    """The scale at which pictures are compared: smaller if there are many comparisons."""
    size = min(example.size for example in examples)
    ways = sum(len(e.turns(rotation)) for e in examples) * len(_scales(variation))
    pixels = image.shape[0] * image.shape[1]
    most = min(_MAX_PIXELS, _BUDGET / ways)
    return float(min(EXAMPLE_SIZE / size, (most / pixels) ** 0.5, 2.0))


def _scales(variation: float) -> list[float]:
    steps = int(np.floor(np.log(max(variation, 1.0)) / np.log(_STEP) + 1e-6))
    return [_STEP**step for step in range(-steps, steps + 1)]


def find_matches(
    image: Image, example: Example, base: float, variation: float, rotation: str, lowest: float
) -> list[Match]:
    """Places in `image` like the example, best first, many of them overlapping.

    `base` is the working scale; sizes go from 1/`variation` to `variation` times the example's.
    """
    turns = example.turns(rotation)
    thin = example.mask.mean() < _THIN or elongation(example.small_mask) > _LONG
    templates = {
        turn: _template(image, example, base, turn, thin and len(turns) > 1) for turn in turns
    }
    pad = int(EXAMPLE_SIZE * 0.25)
    matches: list[Match] = []
    for scale in _scales(variation):
        small = _resize(image, base / scale)
        groups = _groups(cv2.copyMakeBorder(small, pad, pad, pad, pad, cv2.BORDER_REPLICATE))
        for turn, (template, mask) in templates.items():
            height, width = template[0][0].shape
            if groups[0][0].shape[0] < height or groups[0][0].shape[1] < width:
                continue
            found = _correlate(groups, template, mask)
            for row, column in _peaks(found, lowest):
                x = (column - pad + width / 2) * scale / base
                y = (row - pad + height / 2) * scale / base
                matches.append(Match(float(found[row, column]), x, y, scale, turn, example))
    matches.sort(key=lambda match: -match.score)
    return matches[:_PEAKS]


def _template(
    image: Image, example: Example, base: float, turn: int, masked: bool
) -> tuple[Groups, FloatImage | None]:
    """The rotated example at the working scale, with weights if only the thing itself counts."""
    x, y, w, h = example.box
    radians = np.radians(turn)
    cos, sin = abs(np.cos(radians)), abs(np.sin(radians))
    margin = 2 * _MARGIN * example.size
    width = max(4, round((w * cos + h * sin + margin) * base))
    height = max(4, round((w * sin + h * cos + margin) * base))
    reach = 0.75 * (w + h) + margin  # only what is near: pictures may be large
    left, top = max(0, int(x + w / 2 - reach)), max(0, int(y + h / 2 - reach))
    part = image[top : int(y + h / 2 + reach) + 1, left : int(x + w / 2 + reach) + 1]
    small = _resize(part, base)
    middle = ((x + w / 2 - left) * base, (y + h / 2 - top) * base)
    matrix = cv2.getRotationMatrix2D(middle, turn, 1.0)
    matrix[:, 2] += width / 2 - middle[0], height / 2 - middle[1]
    seen = cv2.warpAffine(small, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    groups = _groups(np.asarray(seen, np.uint8))
    if not masked:
        return groups, None
    mask, shift_x, shift_y = Match(1.0, x + w / 2, y + h / 2, 1.0, turn, example).mask(base)
    shift_x -= round((x + w / 2) * base - width / 2)
    shift_y -= round((y + h / 2) * base - height / 2)
    weights = np.zeros((height, width), np.float32)
    inner = mask[max(0, -shift_y) : height - shift_y, max(0, -shift_x) : width - shift_x]
    shift_x, shift_y = max(0, shift_x), max(0, shift_y)
    weights[shift_y : shift_y + inner.shape[0], shift_x : shift_x + inner.shape[1]] = inner
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    return groups, np.asarray(cv2.dilate(weights, around), np.float32)


def _resize(image: Image, scale: float) -> Image:
    height, width = image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)


def _groups(image: Image) -> Groups:
    """Lab (three channels of (h, w), means removed) and the two gradients of L."""
    lab = cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
    light = np.ascontiguousarray(lab[..., 0])
    gradients = [cv2.Scharr(light, cv2.CV_32F, *way) / 16 for way in ((1, 0), (0, 1))]
    colours = [np.ascontiguousarray(lab[..., n] - lab[..., n].mean()) for n in range(3)]
    return colours, gradients


def _correlate(groups: Groups, template: Groups, mask: FloatImage | None) -> FloatImage:
    """Mean of the groups' normalised correlations, -1..1, where the template fits.

    Written out channel by channel: OpenCV's own masked form takes five times as long.
    """
    total: Any = 0.0
    for channels, parts in zip(groups, template, strict=True):
        weights = np.ones_like(parts[0]) if mask is None else mask
        count = float(weights.sum())
        common: Any = 0.0
        energy: Any = sum(channel * channel for channel in channels)
        spread = _sums(energy, weights, mask is None)
        own = 0.0
        for channel, part in zip(channels, parts, strict=True):
            centred = (part - float((part * weights).sum()) / count) * weights
            own += float((centred * centred).sum())
            common = common + cv2.matchTemplate(channel, centred, cv2.TM_CCORR)
            spread = spread - _sums(channel, weights, mask is None) ** 2 / count
        # Areas flatter than half a unit of Lab are noise and match nothing.
        total = total + common / np.sqrt(np.maximum(spread, 0.25 * count) * max(own, 1e-6))
    return np.asarray(np.clip(total / len(groups), -1, 1), np.float32)


def _sums(channel: FloatImage, weights: FloatImage, box: bool) -> FloatImage:
    """Weighted sums under the template at each place it fits."""
    if not box:
        return np.asarray(cv2.matchTemplate(channel, weights, cv2.TM_CCORR))
    height, width = weights.shape
    sums = cv2.boxFilter(channel, -1, (width, height), anchor=(0, 0), normalize=False)
    return np.asarray(sums[: sums.shape[0] - height + 1, : sums.shape[1] - width + 1])


def _peaks(found: FloatImage, lowest: float) -> NDArray[np.intp]:
    highest = cv2.dilate(found, np.ones((5, 5), np.uint8))
    return np.argwhere((found >= highest) & (found > lowest))
