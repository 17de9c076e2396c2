"""Finds moving objects: background model, removal of shadows and specks, one box per blob.

The model is MOG2 (Zivkovic, ICPR 2004), a mixture of Gaussians per pixel, from OpenCV.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Box = NDArray[np.float64]

_FOREGROUND = 255  # MOG2 marks shadows with 127
_WHOLE_SCENE = 0.6  # more than this at once: the light or the camera changed, not an object
_RELEARN = 0.2  # share of a new picture taken into the model after that
# A colour is background unless more frequent ones make up this share of the time. With OpenCV's 0.9
# a slow, plain object becomes background in a tenth of the history, and so does its interior.
_BACKGROUND = 0.7
_SETTLING = 3  # lower: the first pictures of a video become background faster
_BACK = (
    3  # frames between the two pictures that are compared to see whether something moves right now
)
_CHANGED = 14  # more than this many levels of brightness, or of a colour difference (Cr, Cb)
_STRIP = 4  # px; blobs this narrow are mostly soft edges of something, whose colours always change
_LIVELY = 0.04  # share of a blob's box that changed
_SOLID = (
    0.12  # columns and rows with less than this share of a blob's fullest are not part of its body
)


@dataclass(frozen=True)
class Blob:
    """Something that differs from the background.

    `box` (x, y, width, height) and `area` are in pixels of the analysed picture. `lively` says that
    it moves right now, unlike things that stopped and places that something left.
    """

    box: Box
    area: float
    lively: bool

    @property
    def fill(self) -> float:
        """Share of the box that differs from the background, 0..1."""
        return min(1.0, self.area / float(self.box[2] * self.box[3]))


class MotionDetector:
    """Learns the background seen by a fixed camera and finds what does not belong to it.

    `sensitivity` (0..1) is how little a pixel has to differ, `min_area` the smallest blob as a
    share of the picture, and `history` the number of pictures after which something still becomes
    background (fewer at the beginning, when there is little to compare with).
    """

    def __init__(self, sensitivity: float, min_area: float, history: int) -> None:
        self._model = cv2.createBackgroundSubtractorMOG2(
            varThreshold=16.0 * 4.0 ** (1 - 2 * sensitivity),
            detectShadows=True,
        )
        self._model.setBackgroundRatio(_BACKGROUND)
        self._slowest = -math.log(_BACKGROUND) / history
        self._count = 0
        self._min_area = min_area
        self._alike = math.floor(_CHANGED * 2.0 ** (1 - 2 * sensitivity))
        self._earlier: deque[Image] = deque(maxlen=_BACK)

    def detect(self, image: Image) -> list[Blob]:
        """The blobs in the next picture, (H, W, 3) uint8 BGR. The first one has none."""
        calm = cv2.blur(image, (3, 3))
        self._count += 1
        rate = max(self._slowest, 1 / (_SETTLING * self._count))
        mask = self._model.apply(calm, learningRate=rate)
        earlier = self._earlier[0] if self._earlier else None
        self._earlier.append(calm)
        if earlier is None:
            return []
        mask = cv2.compare(mask, _FOREGROUND, cv2.CMP_EQ)
        if cv2.countNonZero(mask) > _WHOLE_SCENE * mask.size:
            self._model.apply(calm, learningRate=_RELEARN)
            return []
        return self._blobs(_cleaned(mask), calm, earlier)

    def _blobs(self, mask: Image, calm: Image, earlier: Image) -> list[Blob]:
        least = max(4.0, self._min_area * mask.size)
        _count, labels, stats, _centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
        blobs = []
        for label in range(1, len(stats)):
            x, y, width, height, area = stats[label].tolist()
            if area < least:
                continue
            shape = labels[y : y + height, x : x + width] == label
            for left, top, wide, high in _bodies(shape):
                area = int(np.count_nonzero(shape[top : top + high, left : left + wide]))
                if area < least:
                    continue
                box = np.array([x + left, y + top, wide, high], np.float64)
                part = np.s_[y + top : y + top + high, x + left : x + left + wide]
                blobs.append(Blob(box, float(area), self._lively(calm[part], earlier[part])))
        return blobs

    def _lively(self, now: Image, before: Image) -> bool:
        """Whether enough pixels in a box changed, in brightness or in colour."""
        apart = cv2.absdiff(
            cv2.cvtColor(now, cv2.COLOR_BGR2YCrCb), cv2.cvtColor(before, cv2.COLOR_BGR2YCrCb)
        )
        height, width = now.shape[:2]
        most = self._alike if min(height, width) > _STRIP else 255  # ignore colours there
        alike = cv2.countNonZero(cv2.inRange(apart, (0, 0, 0), (self._alike, most, most)))
        return 1 - alike / (height * width) >= _LIVELY


def _bodies(shape: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Boxes (x, y, w, h) of the solid parts of a shape, without wires and ribbons on it."""
    columns = np.count_nonzero(shape, axis=0)
    solid = np.concatenate([[0], columns >= _SOLID * columns.max(), [0]])
    edges = np.flatnonzero(np.diff(solid))
    boxes = []
    for left, right in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        rows = np.count_nonzero(shape[:, left:right], axis=1)
        found = np.flatnonzero(rows >= _SOLID * rows.max())
        top, bottom = int(found[0]), int(found[-1]) + 1
        boxes.append((left, top, right - left, bottom - top))
    return boxes


def _cleaned(mask: Image) -> Image:
    """Remove specks, then close gaps, more vertically than horizontally: people stand upright."""
    unit = max(1, round(max(mask.shape) / 320))
    speck = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (unit + 1, unit + 1))
    gap = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * unit + 1, 6 * unit + 1))
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, speck)
    return np.asarray(cv2.morphologyEx(opened, cv2.MORPH_CLOSE, gap), np.uint8)
