"""Finds all things that look like examples, with a mask each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from segment_grabcut import cut_core, drawn_finer, first_guess, open_edge, refine
from segment_match import Example, Match, find_matches, make_example, working_scale
from segment_shape import (
    BoolMask,
    clean,
    disc,
    elongation,
    likeness,
    likeness_of_long,
    profile,
    tidy,
)
from segment_view import Box, Image, Piece, View, common, view

_CANDIDATE = 0.72  # share of the threshold that a good shape can still lift above it
_OVERLAP = 0.35  # of the smaller mask
_VIEW_SIDE = 96
_UNSEEN, _PART = -1.0, -2.0  # no likeness: nothing could be cut out, or more than the thing
_DISCOUNT = {_UNSEEN: 0.9, _PART: 0.75}
_LONG = 2.0
_MANY = 400
_FEW, _FINE_SIDE = 100, 288


@dataclass(frozen=True)
class Hit:
    """A thing that was found: its match, its mask, and the similarity of its shape."""

    match: Match
    piece: Piece
    likeness: float
    score: float


def find_all(
    image: Image,
    wanted: list[Box],
    unwanted: list[Box],
    threshold: float,
    variation: float,
    rotation: str,
    limit: int,
    progress: Callable[[float], None] = lambda _done: None,
) -> list[Hit]:
    """All things that look like the boxes `wanted` and less like the boxes `unwanted`, best first.

    Boxes are [x, y, w, h] within `image` (h, w, 3) uint8 BGR. The examples themselves are included.
    Scores (0..1, at least `threshold`) combine correlation with the similarity of shapes, as far as
    shapes can be recognised in this picture.
    """
    examples = [make_example(image, box) for box in wanted]
    examples += [make_example(image, box, wanted=False) for box in unwanted]
    base = working_scale(image, examples, variation, rotation)
    matches: list[Match] = []
    for number, example in enumerate(examples):
        progress(0.6 * number / len(examples))
        x, y, w, h = example.box
        matches.append(Match(1.0, x + w / 2, y + h / 2, 1.0, 0, example))
        floor = _CANDIDATE * threshold
        matches += find_matches(image, example, base, variation, rotation, floor)
    matches.sort(key=lambda match: -match.score)
    kept = _apart(matches, image.shape, base)[: max(_MANY, limit)]
    hits = _distinct(_verified(image, kept, base, progress))
    hits = [hit for hit in hits if hit.score >= threshold and hit.match.example.wanted]
    return _finer(image, hits[:limit])


def _finer(image: Image, hits: list[Hit]) -> list[Hit]:
    """The same hits, with finer masks for large ones that were analysed at a small size."""
    if len(hits) > _FEW:
        return hits
    return [
        replace(hit, piece=drawn_finer(image, hit.piece, _FINE_SIDE))
        if hit.match.example.sound and max(hit.piece.mask.shape) > 2 * _VIEW_SIDE
        else hit
        for hit in hits
    ]


def _apart(matches: list[Match], shape: tuple[int, ...], base: float) -> list[Match]:
    """The best of overlapping matches, judged by the example's mask at each place."""
    height, width = int(shape[0] * base) + 1, int(shape[1] * base) + 1
    owner = np.zeros((height, width), np.int32)
    areas = [0]
    kept = []
    for match in matches:
        mask, left, top = match.mask(base)
        mask = mask[max(0, -top) : max(0, height - top), max(0, -left) : max(0, width - left)]
        left, top = max(0, left), max(0, top)
        area = int(mask.sum())
        if area < 4:
            continue
        here = owner[top : top + mask.shape[0], left : left + mask.shape[1]]
        owners, common = np.unique(here[mask], return_counts=True)
        limits = [_OVERLAP * min(area, areas[n]) for n in owners]
        if any(n and c > m for n, c, m in zip(owners, common, limits, strict=True)):
            continue
        here[mask & (here == 0)] = len(areas)
        areas.append(area)
        kept.append(match)
    return kept


def _distinct(hits: list[Hit]) -> list[Hit]:
    """The hits without those whose masks mostly overlap a better one's."""
    kept: list[Hit] = []
    for hit in hits:
        area = int(hit.piece.mask.sum())
        if all(
            common(hit.piece, other.piece) <= _OVERLAP * min(area, int(other.piece.mask.sum()))
            for other in kept
        ):
            kept.append(hit)
    return kept


def _verified(
    image: Image, matches: list[Match], base: float, progress: Callable[[float], None]
) -> list[Hit]:
    """Cut each match out of the picture and compare the shapes."""
    hits = []
    for number, match in enumerate(matches):
        progress(0.6 + 0.4 * number / len(matches))
        if match.score >= 1.0 and match.example.sound:
            hits.append(Hit(match, match.example.piece, 1.0, 1.0))
            continue
        seen = _view(image, match)
        ours = _laid(seen, match)
        others = np.zeros_like(ours)
        for other in _near(match, matches):
            others |= _laid(seen, other)
        mask, alike = _cut(seen, ours, others & ~ours, match.example)
        hits.append(Hit(match, seen.piece(mask, alike), alike, match.score))
    shapes = _shapes(hits)
    hits = [replace(hit, score=_score(hit, shapes)) for hit in hits]
    return sorted(hits, key=lambda hit: -hit.score)


def _view(image: Image, match: Match) -> View:
    mask, left, top = match.mask(1.0)
    return view(image, (left, top, mask.shape[1], mask.shape[0]), max_side=_VIEW_SIDE)


def _near(match: Match, matches: list[Match]) -> list[Match]:
    def reach(one: Match) -> float:
        return one.scale * max(one.example.box[2:])

    return [
        other
        for other in matches
        if other is not match
        and max(abs(other.x - match.x), abs(other.y - match.y)) < reach(match) + reach(other)
    ]


def _laid(seen: View, match: Match) -> BoolMask:
    """The example's mask at the place of the match, in the view."""
    height, width = seen.pixels.shape[:2]
    factor = width / seen.size[0]
    shifted = replace(match, x=match.x - seen.x, y=match.y - seen.y)
    mask, left, top = shifted.mask(factor)
    whole = np.zeros((height, width), bool)
    part = mask[max(0, -top) : max(0, height - top), max(0, -left) : max(0, width - left)]
    top, left = max(0, top), max(0, left)
    if left < width and top < height:
        whole[top : top + part.shape[0], left : left + part.shape[1]] = part
    return whole


def _cut(seen: View, ours: BoolMask, others: BoolMask, example: Example) -> tuple[BoolMask, float]:
    """The mask of the thing at `ours`, and its similarity to the example."""
    reach = max(2, round(0.18 * float(np.sqrt(ours.sum()))))
    inside = cv2.dilate(ours.astype(np.uint8), disc(reach)).astype(bool)
    if not example.sound:
        return ours, _UNSEEN
    expected = float(ours.sum())
    labels = first_guess(seen.pixels, inside | others)
    ways = (lambda: refine(seen.pixels, labels, 3), lambda: cut_core(seen.pixels, ours, inside))
    for way in ways:
        own = way() & inside & ~others
        own = clean(tidy(own, seed=ours)) if own.any() else own
        if own.sum() >= 1.7 * expected:
            return ours, _PART
        if own.sum() > 0.5 * expected:
            loose = open_edge(seen.pixels, own, others)
            return own, max(0.01, _likeness(tidy(own), example) * min(1.0, 1.2 - 2 * loose))
    return ours, _UNSEEN


def _likeness(mask: BoolMask, example: Example) -> float:
    alike = likeness(profile(mask), example.outline)
    if elongation(example.small_mask) > _LONG:
        alike = max(alike, likeness_of_long(mask, example.small_mask))
    return max(alike, 0.01)


@dataclass(frozen=True)
class _Shapes:
    """How reliable shapes are in this picture, judged by its best matches.

    `weight` (0..1) is low if even these differ in shape. A similarity below `odd` is exceptional
    and counts twice.
    """

    weight: float
    odd: float


def _shapes(hits: list[Hit]) -> _Shapes:
    found = [hit for hit in hits if hit.match.score < 1 and hit.match.example.wanted]
    best = [hit.likeness for hit in found if hit.likeness > 0]
    best = best[: max(3, len(best) // 2)]
    if not best:
        return _Shapes(0.5, 0.0)
    usual = float(np.median(best))
    spread = float(np.median(np.abs(np.array(best) - usual)))
    weight = float(np.clip((usual - 0.4) / 0.3, 0, 1))
    return _Shapes(weight, usual - max(0.15, 4 * spread))


def _score(hit: Hit, shapes: _Shapes) -> float:
    if hit.match.score >= 1.0:
        return 1.0
    if hit.likeness in _DISCOUNT:
        return _DISCOUNT[hit.likeness] * hit.match.score
    half = shapes.weight / 2
    power = 2 * half if hit.likeness < shapes.odd else half
    return float(hit.match.score ** (1 - half) * hit.likeness**power)
