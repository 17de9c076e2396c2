"""Decodes the recogniser's output, with correct spaces.

Plain best-path CTC decoding (Graves et al. 2006) takes the most probable symbol at each time step.
Models trained for Chinese rarely output spaces: between two words the blank often wins narrowly in
each of three or four steps, although a space is more likely overall. Therefore the probability of a
space is summed over each gap between letters.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

BLANK = 0
SPACE_THRESHOLD = 0.3
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_CJK = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def decode(
    probabilities: NDArray[np.float32],
    characters: list[str],
    space_threshold: float = SPACE_THRESHOLD,
) -> tuple[str, float]:
    """Text and mean confidence (0..1) of one line, or ("", 0.0) if it has no letters.

    `probabilities` is (steps, symbols); symbol 0 is CTC's blank and the last one is the space.
    """
    space = len(characters) - 1
    best = probabilities.argmax(axis=1)
    confidence = probabilities[np.arange(len(best)), best]
    letters: list[str] = []
    scores: list[float] = []
    gap = 0.0  # sum of the space's probability since the last letter
    previous = BLANK
    for step, symbol in enumerate(best):
        if symbol in (BLANK, space) or characters[symbol].isspace():
            gap += float(probabilities[step, space])
        elif symbol != previous:
            if letters and gap >= space_threshold:
                letters.append(" ")
            letters.append(characters[symbol])
            scores.append(float(confidence[step]))
            gap = 0.0
        previous = symbol
    if not scores:
        return "", 0.0
    return _tidy("".join(letters)), float(np.mean(scores))


def _tidy(text: str) -> str:
    """Replace full-width characters with plain ones, unless the line is CJK text."""
    return text if _CJK.search(text) else text.translate(_FULL_WIDTH)
