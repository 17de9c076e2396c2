"""Predicts where a tracked box will be in the next frame: the motion model of ``tracking``.

A Kalman filter over centre and size with constant velocity, as in BoT-SORT (arXiv:2206.14651),
using OpenCV's filter. In addition, a box that becomes shorter on one side is taken as an object
disappearing there, not as one that slows down and shrinks.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]
"""(N, 4): x, y, width, height in pixels; or (4,) for a single box."""

HIDDEN = 0.85
"""A box narrower (or lower) than this share of its usual size is taken as part of the object."""
GROWING, SHRINKING = 0.3, 0.99
"""How fast the usual size changes per step: it moves towards a larger size by the first share, and
shrinks to no less than the second."""
POSITION_NOISE, SPEED_NOISE, MEASURING_NOISE = 1 / 20, 1 / 160, 1 / 60
"""Standard deviations per step, in widths and heights of the box."""


class Motion:
    """Motion of one box: centre, size, and their speeds per step."""

    def __init__(self, box: Boxes) -> None:
        self._usual = box[2:].copy()
        self._filter: Any = cv2.KalmanFilter(8, 4, 0, cv2.CV_64F)
        self._filter.transitionMatrix = np.eye(8) + np.eye(8, k=4)
        self._filter.measurementMatrix = np.eye(4, 8)
        self._filter.statePost = np.concatenate([_centred(box), np.zeros(4)])[:, None]
        self._filter.errorCovPost = _noise(box, 2 * POSITION_NOISE, 10 * SPEED_NOISE)

    def predict(self, lost: bool) -> Boxes:
        """The box (4,) one step later. A lost object keeps its size."""
        if lost:
            state = self._filter.statePost
            state[6:] = 0
            self._filter.statePost = state
        box = _cornered(self._filter.statePost[:4, 0])
        self._filter.processNoiseCov = _noise(box, POSITION_NOISE, SPEED_NOISE)
        return _cornered(self._filter.predict()[:4, 0])

    def correct(self, box: Boxes) -> None:
        """Correct the prediction with the box (4,) where the object was seen."""
        whole = self._completed(box)
        self._filter.measurementNoiseCov = _noise(whole, MEASURING_NOISE, 0)[:4, :4].copy()
        self._filter.correct(_centred(whole)[:, None])

    def _completed(self, box: Boxes) -> Boxes:
        """The whole box of a partly hidden object: its usual size, from the visible edge."""
        expected, whole = _cornered(self._filter.statePre[:4, 0]), box.copy()
        for axis in (0, 1):
            size, usual = box[axis + 2], self._usual[axis]
            if size < HIDDEN * usual:
                whole[axis + 2] = usual
                before = abs(box[axis] - expected[axis])
                after = abs(box[axis] + size - expected[axis] - expected[axis + 2])
                if after < before:
                    whole[axis] += size - usual
            grown = usual + GROWING * (size - usual)
            self._usual[axis] = grown if size > usual else max(size, SHRINKING * usual)
        return whole


def _centred(box: Boxes) -> Boxes:
    return np.array([box[0] + box[2] / 2, box[1] + box[3] / 2, box[2], box[3]], np.float64)


def _cornered(state: Boxes) -> Boxes:
    width, height = max(state[2], 1.0), max(state[3], 1.0)
    return np.array([state[0] - width / 2, state[1] - height / 2, width, height], np.float64)


def _noise(box: Boxes, position: float, speed: float) -> Boxes:
    """Diagonal (8, 8) of variances, relative to the size of the box."""
    size = np.maximum(np.tile(box[2:], 2), 1.0)
    return np.diag(np.concatenate([(position * size) ** 2, (speed * size) ** 2]))
