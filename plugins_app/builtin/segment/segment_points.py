"""Cuts out the thing that points lie on.

Regions grow from the points as more and more colour difference is allowed, and the one with the
clearest edge is used (as in Matas et al., "Maximally Stable Extremal Regions", 2002, but with
contrast along the edge instead of stability). GrabCut then draws the edge exactly.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from segment_grabcut import edge_contrast, refine
from segment_shape import BoolMask, clean, disc, resized
from segment_view import Image, Piece, View, view

Points = list[tuple[float, float]]

_GROW_SIDE = 240
_SMALL = 0.004  # share of the view's area below which it is analysed again at a larger scale
_LEVELS = np.geomspace(3.0, 60.0, 18)  # CIE delta E
_NEARER = 4.0


def cut_points(image: Image, positive: Points, negative: Points) -> Piece:
    """One mask for the thing under the `positive` points (x, y), without the `negative` ones.

    `image` is (h, w, 3) uint8 BGR. Small things are analysed again at a larger scale.
    """
    height, width = image.shape[:2]
    box = (0.0, 0.0, float(width), float(height))
    for _ in range(4):
        seen = view(image, box, margin=0.0, max_side=_GROW_SIDE)
        mask = _grown(seen, positive, negative)
        around = _around(mask, seen, positive)
        nearer = around[2] * around[3] * _NEARER < seen.size[0] * seen.size[1]
        if mask.sum() >= _SMALL * mask.size or not nearer or seen.size[0] <= seen.pixels.shape[1]:
            break
        box = around
    box = _around(mask, seen, positive)
    coarse = _grown(view(image, box, margin=0.0, max_side=_GROW_SIDE), positive, negative)
    seen = view(image, box, margin=0.0)
    region = resized(coarse, (seen.pixels.shape[1], seen.pixels.shape[0]))
    mask = _exact(seen, region, positive, negative)
    return seen.piece(mask, edge_contrast(seen.pixels, mask))


def _around(mask: BoolMask, seen: View, points: Points) -> tuple[float, float, float, float]:
    """The box of a mask and the points, with as much again on each side; of the picture."""
    height, width = mask.shape
    fx, fy = seen.size[0] / width, seen.size[1] / height
    x, y, w, h = cv2.boundingRect(mask.astype(np.uint8))
    xs, ys = zip(*points, strict=True)
    left, right = min(x * fx + seen.x, *xs), max((x + w) * fx + seen.x, *xs)
    top, bottom = min(y * fy + seen.y, *ys), max((y + h) * fy + seen.y, *ys)
    room = 0.6 * max(right - left, bottom - top, 12.0)
    return left - room, top - room, right - left + 2 * room, bottom - top + 2 * room


def _grown(seen: View, positive: Points, negative: Points) -> BoolMask:
    """The region with the clearest edge among those that grow from the points."""
    best, best_score = np.zeros(seen.pixels.shape[:2], bool), -1.0
    inside = [seen.point(*p) for p in positive if seen.holds(*p)]
    outside = [seen.point(*p) for p in negative if seen.holds(*p)]
    for strength in (0, 1, 2):
        smooth = _smoothed(seen.pixels, strength)
        near = _difference(smooth, inside)
        if outside:  # a pixel belongs to the point whose colour is nearer
            far = _difference(smooth, outside)
            near = np.where(near > far, np.float32(1e3), near)
        for region in _regions(near, inside, outside):
            score = edge_contrast(seen.pixels, region) * _prior(region)
            if score > best_score:
                best, best_score = region, score
    if best_score < 0:  # points alone
        dots = best.astype(np.uint8)
        for point in inside:
            cv2.circle(dots, point, 3, 1, -1)
        best = dots.astype(bool)
    return best


def _smoothed(pixels: Image, strength: int) -> NDArray[np.float32]:
    """Lab without fine texture. Edges stay; a higher `strength` smooths more."""
    window = 2 * round(max(pixels.shape[:2]) * 0.004 * (1 + strength) ** 2) + 3
    smooth = cv2.medianBlur(pixels, min(window, 31))
    return cv2.cvtColor(smooth.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)


def _difference(lab: NDArray[np.float32], points: list[tuple[int, int]]) -> NDArray[np.float32]:
    """Delta E to the nearest of the colours at the points."""
    nearest = np.full(lab.shape[:2], np.inf, np.float32)
    for x, y in points:
        around = lab[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].reshape(-1, 3)
        apart = lab - np.median(around, axis=0)
        np.minimum(nearest, np.sqrt((apart * apart).sum(axis=2)), out=nearest)
    return nearest


def _regions(
    near: NDArray[np.float32], inside: list[tuple[int, int]], outside: list[tuple[int, int]]
) -> list[BoolMask]:
    """The parts that hold the positive points, for more and more difference."""
    regions = []
    area = 0
    for level in _LEVELS:
        _, labels = cv2.connectedComponents((near <= level).astype(np.uint8), None, 4)
        wanted = {int(labels[y, x]) for x, y in inside} - {0}
        region = clean(np.isin(labels, list(wanted))) if wanted else np.zeros(near.shape, bool)
        if any(region[y, x] for x, y in outside) or region.mean() > 0.9:
            break
        if region.sum() > max(12, area * 1.02):
            area = int(region.sum())
            regions.append(region)
    return regions


def _prior(region: BoolMask) -> float:
    """How likely a region is a thing regardless of its edge: not a speck, not along the border."""
    border = np.concatenate([region[0], region[-1], region[:, 0], region[:, -1]]).mean()
    size = min(1.0, region.mean() / 0.002)
    return float((1 - 0.7 * border) * (0.6 + 0.4 * size))


def _exact(seen: View, region: BoolMask, positive: Points, negative: Points) -> BoolMask:
    """GrabCut around a region; the points are certain."""
    reach = max(3, round(0.12 * float(np.sqrt(region.sum()))))
    kernel = disc(reach)
    white = region.astype(np.uint8)
    labels = np.full(region.shape, cv2.GC_BGD, np.uint8)
    labels[cv2.dilate(white, kernel) > 0] = cv2.GC_PR_BGD
    labels[region] = cv2.GC_PR_FGD
    dot = max(1, round(0.006 * max(region.shape)))
    for points, label in ((positive, cv2.GC_FGD), (negative, cv2.GC_BGD)):
        for point in points:
            if seen.holds(*point):
                cv2.circle(labels, seen.point(*point), dot, label, -1)
    mask = refine(seen.pixels, labels, rounds=4)
    near = cv2.dilate(white, kernel) > 0
    mask = clean(_holding(mask & near, [seen.point(*p) for p in positive if seen.holds(*p)]))
    return mask if 0.5 * region.sum() < mask.sum() < 2 * region.sum() else region


def _holding(mask: BoolMask, points: list[tuple[int, int]]) -> BoolMask:
    """Those parts of a mask that hold one of the points; all of it if none does."""
    _, labels = cv2.connectedComponents(mask.astype(np.uint8), None, 4)
    wanted = {int(labels[y, x]) for x, y in points} - {0}
    return np.isin(labels, list(wanted)) if wanted else mask
