"""Masks as shapes: cleaning, resizing, and measuring how similar two are."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

BoolMask = NDArray[np.bool_]
_RAYS = 72  # one each 5 degrees
_TURNED = (np.arange(_RAYS)[:, None] + np.arange(_RAYS)) % _RAYS
_WAYS = np.concatenate([_TURNED, _TURNED[:, ::-1]])  # and mirrored


def tidy(mask: BoolMask, seed: BoolMask | None = None, holes: bool = True) -> BoolMask:
    """One part of a mask (h, w): the one with most of `seed`, else the largest; `holes` filled."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), None, 4)
    if count < 2:
        return mask.copy()
    sizes = stats[1:, cv2.CC_STAT_AREA]
    if seed is not None and (common := np.bincount(labels[seed], minlength=count)[1:]).any():
        sizes = common
    part = (labels == 1 + int(np.argmax(sizes))).astype(np.uint8)
    if holes:
        outlines, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(part, outlines, -1, 1, cv2.FILLED)
    return part.astype(bool)


def clean(mask: BoolMask) -> BoolMask:
    """The mask without specks, thin threads and pinholes. Larger parts and holes stay."""
    if not mask.any():
        return mask
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    smooth = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    if smooth.sum() < 0.7 * mask.sum():  # all of it is thin
        smooth = mask.astype(np.uint8)
    smooth = _without_small_parts(smooth, 0.05)
    return np.asarray(1 - _without_small_parts(1 - smooth, 0.01, smooth.sum()), bool)


def _without_small_parts(
    mask: NDArray[np.uint8], share: float, area: float = 0
) -> NDArray[np.uint8]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, None, 4)
    sizes = stats[:, cv2.CC_STAT_AREA]
    if count < 2:
        return mask
    keep = sizes >= share * (area or sizes[1:].max())
    keep[0] = False
    return keep[labels].astype(np.uint8)


def ellipse(shape: tuple[int, ...], corners: tuple[int, int, int, int]) -> BoolMask:
    """The ellipse that fills left, top, right, bottom."""
    left, top, right, bottom = corners
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    across, down = (right - left) / 2, (bottom - top) / 2
    return ((x - (left + right) / 2) / across) ** 2 + ((y - (top + bottom) / 2) / down) ** 2 <= 1


def resized(mask: BoolMask, size: tuple[int, int]) -> BoolMask:
    """The mask at another size (w, h), with a smooth edge."""
    if (mask.shape[1], mask.shape[0]) == size:
        return mask
    how = cv2.INTER_AREA if size[0] < mask.shape[1] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(mask.astype(np.uint8) * 255, size, interpolation=how) > 127)


def disc(radius: int) -> NDArray[np.uint8]:
    """A disc for dilating or eroding, (2r + 1, 2r + 1)."""
    side = 2 * radius + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def iou(a: BoolMask, b: BoolMask) -> float:
    """Intersection over union, 0..1."""
    return float((a & b).sum() / max(1, (a | b).sum()))


def profile(mask: BoolMask) -> NDArray[np.float32] | None:
    """Distance of the edge from the centre in 72 directions, in units of the root of the area.

    The logarithms are returned, so that differences are relative. None for a mask with fewer than
    12 pixels.
    """
    ys, xs = np.nonzero(mask)
    if len(xs) < 12:
        return None
    cx, cy = float(xs.mean()), float(ys.mean())
    reach = int(np.hypot(*mask.shape)) + 1
    how = cv2.INTER_LINEAR | cv2.WARP_FILL_OUTLIERS  # else pixels outside are left as they were
    white = mask.astype(np.uint8) * 255
    polar = cv2.warpPolar(white, (reach * 2, _RAYS), (cx, cy), reach, how)
    # The area seen along each ray rather than its last pixel: specks and notches weigh little.
    distance = np.arange(polar.shape[1], dtype=np.float32) / 2
    swept = ((polar > 127) * distance).sum(axis=1) + 0.5
    return np.asarray(np.log(np.sqrt(swept) / np.sqrt(len(xs))), np.float32)


def likeness(a: NDArray[np.float32] | None, b: NDArray[np.float32] | None) -> float:
    """How similar two profiles are, 0..1, rotated and mirrored for the best fit."""
    if a is None or b is None:
        return 0.0
    error = float(np.sqrt(((b[_WAYS] - a) ** 2).mean(axis=1)).min())
    return float(np.exp(-((error / 0.16) ** 2)))


def elongation(mask: BoolMask) -> float:
    """Length by width of the ellipse with the mask's second moments; 1 for a disc."""
    ys, xs = np.nonzero(mask)
    if len(xs) < 12:
        return 1.0
    small, large = np.linalg.eigvalsh(np.cov(np.stack([xs, ys])))
    return float(np.sqrt(large / max(small, 0.1)))


def likeness_of_long(a: BoolMask, b: BoolMask) -> float:
    """How similar two long masks are, 0..1, aligned along their axes and mirrored for the best fit.

    The profile of a long thing depends on a few pixels of its width; the overlap doesn't.
    """
    first, second = _along_axis(a), _along_axis(b)
    ways = (second, second[::-1], second[:, ::-1], second[::-1, ::-1])
    return float(np.clip((max(iou(first, way) for way in ways) - 0.35) / 0.5, 0, 1))


def _along_axis(mask: BoolMask) -> BoolMask:
    """The mask moved, rotated and scaled to a horizontal long axis and an area of 1600 pixels in
    128 x 128."""
    ys, xs = np.nonzero(mask)
    middle = np.array([xs.mean(), ys.mean()])
    _, axes = np.linalg.eigh(np.cov(np.stack([xs, ys])))
    turn = np.stack([axes[:, 1], axes[:, 0]]) * (40 / np.sqrt(len(xs)))
    matrix = np.hstack([turn, (np.array([64, 64]) - turn @ middle)[:, None]])
    return np.asarray(cv2.warpAffine(mask.astype(np.uint8) * 255, matrix, (128, 128)) > 127)
