"""Cuts the thing in a box out of its background.

GrabCut (Rother et al., SIGGRAPH 2004, doi:10.1145/1015706.1015720) runs on a small copy of the
box's surroundings, so time and memory don't depend on the size of the picture. Its result depends
on the starting labels, so several are tried; the mask that fills the box best and follows the
clearest edge is then drawn finely.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from segment_shape import BoolMask, clean, disc, ellipse, resized
from segment_view import MAX_SIDE, Box, Image, Piece, View, view

_COARSE_SIDE = 144
_FRAME = 0.04  # border taken as background if the box leaves no other, in crop sides
_CLUSTERS = 5
_SAMPLES = 3000
_BAND = 0.02  # of the view's longer side: how far a fine edge may be from a coarse one
_LOOSE = 0.05  # of a box's side: what people leave free at each side
_FREE = 0.15
_WINDOW = (7, 7)  # of which the colours on each side of an edge are the mean


def cut_box(image: Image, box: Box, max_side: int = MAX_SIDE) -> Piece:
    """The thing in `box` ([x, y, w, h] within the picture). The score says how clear its edge is.

    If nothing stands out from the background, it is the ellipse that fills the box.
    """
    coarse = view(image, box, max_side=min(_COARSE_SIDE, max_side))
    inside = _inside(coarse, box)
    masks = [clean(refine(coarse.pixels, labels, 3) & inside) for labels in _starts(coarse, box)]
    masks = [mask for mask in masks if 0.02 * inside.sum() < mask.sum() <= 0.995 * inside.size]
    if not masks:
        mask = ellipse(inside.shape, coarse.box(box))
        return coarse.piece(mask, edge_contrast(coarse.pixels, mask))
    best = max(masks, key=lambda mask: edge_contrast(coarse.pixels, mask) * _span(mask, inside))
    fine = view(image, box, max_side=max_side)
    mask = best if fine.pixels.shape == coarse.pixels.shape else _finely(fine, best)
    mask &= _inside(fine, box)
    return fine.piece(mask, edge_contrast(fine.pixels, mask))


def drawn_finer(image: Image, piece: Piece, max_side: int) -> Piece:
    """The same thing, with its mask redrawn at up to `max_side` pixels."""
    x, y, w, h = cv2.boundingRect(piece.mask.astype(np.uint8))
    seen = view(image, (piece.x + x, piece.y + y, w, h), max_side=max_side)
    whole = np.zeros(seen.size[::-1], bool)
    top, left = seen.y - piece.y, seen.x - piece.x
    part = piece.mask[max(0, top) : top + seen.size[1], max(0, left) : left + seen.size[0]]
    top, left = max(0, -top), max(0, -left)
    whole[top : top + part.shape[0], left : left + part.shape[1]] = part
    return seen.piece(_finely(seen, whole), piece.score)


def _inside(seen: View, box: Box) -> BoolMask:
    left, top, right, bottom = seen.box(box)
    inside = np.zeros(seen.pixels.shape[:2], bool)
    inside[top:bottom, left:right] = True
    return inside


def _starts(seen: View, box: Box) -> Iterator[Image]:
    """GrabCut's starting labels: the whole box, its ellipse, and what is unusual in it."""
    inside = _inside(seen, box)
    yield _surrounded(inside)[0]
    labels, _ = _surrounded(inside)
    labels[inside & ~ellipse(inside.shape, seen.box(box))] = cv2.GC_PR_BGD
    yield labels
    yield first_guess(seen.pixels, inside)


def _span(mask: BoolMask, inside: BoolMask) -> float:
    """How well a mask fills its box, 0.2..1: a box is drawn around a thing, so near its sides."""
    x, y, w, h = cv2.boundingRect(mask.astype(np.uint8))
    left, top, width, height = cv2.boundingRect(inside.astype(np.uint8))
    across = np.array([x - left, left + width - x - w]) / width
    down = np.array([y - top, top + height - y - h]) / height
    free = np.maximum(0, np.concatenate([across, down]) - _LOOSE)
    return 0.2 + 0.8 * float(np.exp(-((free / _FREE) ** 2).sum()))


def _finely(seen: View, coarse: BoolMask) -> BoolMask:
    """A mask of the same view, but smaller, with an exact edge."""
    height, width = seen.pixels.shape[:2]
    large = resized(coarse, (width, height)).astype(np.uint8)
    band = disc(max(2, round(_BAND * max(height, width))))
    labels = np.full((height, width), cv2.GC_BGD, np.uint8)
    labels[cv2.dilate(large, band) > 0] = cv2.GC_PR_BGD
    labels[large > 0] = cv2.GC_PR_FGD
    labels[cv2.erode(large, band) > 0] = cv2.GC_FGD
    mask = clean(refine(seen.pixels, labels, 2))
    return mask if mask.sum() > 0.5 * large.sum() else large.astype(bool)


def _surrounded(inside: BoolMask) -> tuple[Image, BoolMask]:
    """Labels from the box alone, and the area from which to learn its background.

    Everything outside is certainly background. If there is no outside, the border is probably
    background.
    """
    around = ~inside
    labels = np.full(inside.shape, cv2.GC_PR_FGD, np.uint8)
    labels[around] = cv2.GC_BGD
    if around.sum() < 0.04 * around.size:
        thick = max(1, round(_FRAME * min(inside.shape)))
        frame = np.ones_like(inside)
        frame[thick:-thick, thick:-thick] = False
        labels[frame & inside] = cv2.GC_PR_BGD
        around = around | frame
    return labels, around


def first_guess(pixels: Image, inside: BoolMask) -> Image:
    """GrabCut's starting labels: what in `inside` differs from the colours around it."""
    lab = cv2.cvtColor(cv2.GaussianBlur(pixels, (0, 0), 1.0), cv2.COLOR_BGR2LAB)
    labels, around = _surrounded(inside)
    strange = np.clip(_distance(lab, around, inside) * 16, 0, 255).astype(np.uint8)
    level, _ = cv2.threshold(
        strange[inside].reshape(1, -1), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU
    )
    likely = inside & (strange > level)
    if 0.02 < likely.sum() / max(1, inside.sum()) < 0.98:
        labels[inside & ~likely] = cv2.GC_PR_BGD
        labels[likely & (labels != cv2.GC_BGD)] = cv2.GC_PR_FGD
    return labels


def _distance(lab: Image, around: BoolMask, inside: BoolMask) -> NDArray[np.float32]:
    """How many standard deviations each pixel is from the nearest colour found in `around`.

    A colour that is rare there and common inside belongs to a neighbour of the same kind.
    """
    colours = _sample(lab[around])
    count = min(_CLUSTERS, len(colours))
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    cv2.setRNGSeed(1)
    _, member, centres = cv2.kmeans(colours, count, None, stop, 1, cv2.KMEANS_PP_CENTERS)
    outer = np.bincount(member.ravel(), minlength=count) / len(colours)
    within = _sample(lab[inside])
    apart = ((within[:, None] - centres[None]) ** 2).sum(axis=2)
    inner = np.bincount(apart.argmin(axis=1), minlength=count) / len(within)
    pixels = lab.reshape(-1, 3).astype(np.float32)
    nearest = np.full(len(pixels), np.inf, np.float32)
    for number, centre in enumerate(centres):
        if outer[number] < min(0.2, 0.4 * inner[number]):
            continue
        own = colours[member.ravel() == number]
        spread = np.sqrt(own.var(axis=0) + 9.0) if len(own) else np.full(3, 3.0, np.float32)
        np.minimum(nearest, (((pixels - centre) / spread) ** 2).sum(axis=1), out=nearest)
    return np.sqrt(nearest).reshape(lab.shape[:2])


def _sample(colours: Image) -> NDArray[np.float32]:
    return colours[:: max(1, len(colours) // _SAMPLES)].astype(np.float32)


def refine(pixels: Image, labels: Image, rounds: int = 4) -> BoolMask:
    """Run GrabCut from these labels, which are not changed. All false if one side is empty."""
    foreground = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    if not foreground.any() or foreground.all():
        return np.zeros(labels.shape, bool)
    labels = labels.copy()
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(1)  # its clusters start at random: the same picture gives the same mask
    cv2.grabCut(pixels, labels, None, *models, rounds, cv2.GC_INIT_WITH_MASK)
    return (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)


def cut_core(pixels: Image, likely: BoolMask, inside: BoolMask) -> BoolMask:
    """Run GrabCut at a known place: the core of `likely` is the thing, outside `inside` is not."""
    reach = max(1, round(0.2 * float(np.sqrt(likely.sum()))))
    core = cv2.erode(likely.astype(np.uint8), disc(reach), borderValue=0).astype(bool)
    labels = np.full(inside.shape, cv2.GC_PR_BGD, np.uint8)
    labels[likely] = cv2.GC_PR_FGD
    labels[core] = cv2.GC_FGD
    labels[~inside] = cv2.GC_BGD
    return refine(pixels, labels, 3) & inside


def edge_contrast(pixels: Image, mask: BoolMask) -> float:
    """How much the colours on both sides of a mask's edge differ, 0..1; 0.5 is a delta E of 12.

    Each part of the edge counts separately, so that a mask that follows nothing scores low.
    """
    delta = float(_steps(pixels, mask, np.zeros_like(mask)).mean())
    return delta / (delta + 12.0)


def open_edge(pixels: Image, mask: BoolMask, others: BoolMask) -> float:
    """The share of a mask's edge, 0..1, where it follows nothing, as if cut out of something.

    Where it touches `others`, it doesn't have to differ from them.
    """
    steps = _steps(pixels, mask, others)
    return float((steps < 0.3 * np.median(steps)).mean())


def _steps(pixels: Image, mask: BoolMask, others: BoolMask) -> NDArray[np.float32]:
    """Delta E between the two sides of a mask's edge, away from `others`;
    a single 0 where there is no such edge."""
    x, y, w, h = cv2.boundingRect(mask.astype(np.uint8))
    part = np.s_[max(0, y - 5) : y + h + 5, max(0, x - 5) : x + w + 5]
    pixels, mask, others = pixels[part], mask[part], others[part]
    lab = cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
    sides = mask.astype(np.float32), (~mask).astype(np.float32)
    areas = [cv2.boxFilter(side, -1, _WINDOW, normalize=False) for side in sides]
    kernel = np.ones((3, 3), np.uint8)
    edge = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_GRADIENT, kernel).astype(bool)
    edge &= (areas[0] > 0) & (areas[1] > 0)
    edge &= cv2.dilate(others.astype(np.uint8), np.ones(_WINDOW, np.uint8)) == 0
    if not edge.any():
        return np.zeros(1, np.float32)
    inner, outer = (
        cv2.boxFilter(lab * side[..., None], -1, _WINDOW, normalize=False)[edge] / area[edge, None]
        for side, area in zip(sides, areas, strict=True)
    )
    return np.asarray(np.linalg.norm(inner - outer, axis=1), np.float32)
