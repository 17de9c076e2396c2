"""Two texts, line by line, and within lines that differ letter by letter."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from plugins_app.outputs.pixels.base import KindPixels
from plugins_app.outputs.pixels.matching import box_ious, stayed
from plugins_app.outputs.pixels.states import CHANGED, GONE, MOVED, NEW, SAME, outcome
from plugins_app.outputs.text import KIND
from plugins_app.outputs.things import Thing

MOST_LINES = 1000
MOST_LETTERS = 200_000
"""Of a text that is compared."""
LETTER_BY_LETTER = 400
"""Longer lines are compared word by word."""
MOST_DIFFS = 300
ALIKE = 0.5
"""Lines that share less than this are two, not one that changed."""
WORDS = re.compile(r"\s+|\w+|[^\w\s]")

Piece = tuple[str, str]
"""A state (same, gone, new) and the letters in it."""


class TextPixels(KindPixels):
    """Lines are drawn by their outlines."""

    def comparable(self, result: Any) -> bool:
        """A whole text will do, without lines."""
        return super().comparable(result) or self.kind.is_readable(result)

    def compare(self, a: Any, b: Any) -> dict[str, Any]:
        """Line by line, in the order of both."""
        return compare_text(a, b)


PIXELS = TextPixels


def compare_text(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    """Lines as things; ``characters`` counts letters that are the same, gone and new, and
    ``similarity`` is 2 x same / all letters of both, 0..1."""
    before, left_a = lines_of(a)
    after, left_b = lines_of(b)
    things, letters = [], {SAME: 0, GONE: 0, NEW: 0}
    diffs = 0
    for one, other in _together(before, after):
        pieces = _pieces(one, other, diffs < MOST_DIFFS)
        state = _state(one, other)
        diffs += state == CHANGED
        for what, text in pieces:
            letters[what] += len(text)
        things.append(
            {
                "state": state,
                "before": _document(one),
                "after": _document(other),
                "pieces": [list(piece) for piece in pieces] if state == CHANGED else [],
            }
        )
    total = 2 * letters[SAME] + letters[GONE] + letters[NEW]
    similarity = round(2 * letters[SAME] / total, 4) if total else 1.0
    found = outcome("text", things, left_a + left_b)
    return {**found, "characters": letters, "similarity": similarity}


def lines_of(result: dict[str, Any]) -> tuple[list[Thing], int]:
    """The lines of a text result, and how many are left out; without a list of them, its text."""
    read, entries = KIND.things(result, most=MOST_LINES), KIND.entries(result) or []
    total = len(entries)
    if read is None:
        texts = str(result.get("text") or "").splitlines()
        read = [Thing(place, text=text) for place, text in enumerate(texts[:MOST_LINES], start=1)]
        total = len(texts)
    lines, left = [], MOST_LETTERS
    for line in read:
        if entries and not isinstance(entries[line.number - 1].get("text"), str):
            continue
        left -= len(line.text)
        if left < 0:
            break
        lines.append(line)
    return lines, total - len(lines)


def _document(line: Thing | None) -> dict[str, Any] | None:
    """As a comparison names it."""
    if line is None:
        return None
    bbox = list(line.bbox) if line.bbox else None
    return {"number": line.number, "text": line.text, "score": line.score, "bbox": bbox}


def _together(
    before: list[Thing], after: list[Thing]
) -> Iterator[tuple[Thing | None, Thing | None]]:
    """Lines side by side, in the order of both texts."""
    matcher = SequenceMatcher(
        None, [line.text for line in before], [line.text for line in after], autojunk=False
    )
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            yield from zip(before[a:b], after[c:d], strict=True)
        else:
            yield from _alike(before[a:b], after[c:d])


def _alike(before: list[Thing], after: list[Thing]) -> Iterator[tuple[Thing | None, Thing | None]]:
    """Pairs among lines that all differ: for each the next one that is alike enough."""
    reached = 0
    for line in before:
        within = range(reached, min(len(after), reached + 20))
        best = max(within, key=lambda place: _likeness(line.text, after[place].text), default=None)
        if best is None or _likeness(line.text, after[best].text) < ALIKE:
            yield line, None
            continue
        yield from ((None, other) for other in after[reached:best])
        yield line, after[best]
        reached = best + 1
    yield from ((None, other) for other in after[reached:])


def _likeness(a: str, b: str) -> float:
    if len(a) > LETTER_BY_LETTER or len(b) > LETTER_BY_LETTER:
        return SequenceMatcher(None, WORDS.findall(a), WORDS.findall(b)).quick_ratio()
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def _state(one: Thing | None, other: Thing | None) -> str:
    if one is None or other is None:
        return NEW if one is None else GONE
    if one.text != other.text:
        return CHANGED
    if one.page != other.page:
        return MOVED
    if one.bbox is None or other.bbox is None:
        return SAME
    iou = float(box_ious([one.bbox], [other.bbox])[0, 0])
    return SAME if stayed(one.bbox, other.bbox, iou) else MOVED


def _pieces(one: Thing | None, other: Thing | None, closely: bool) -> list[Piece]:
    """What of two lines is the same, gone and new, in reading order."""
    a, b = one.text if one else "", other.text if other else ""
    if a == b:
        return [(SAME, a)] if a else []
    if not a or not b or not closely:
        return [piece for piece in ((GONE, a), (NEW, b)) if piece[1]]
    long = max(len(a), len(b)) > LETTER_BY_LETTER
    old: list[str] = WORDS.findall(a) if long else list(a)
    new: list[str] = WORDS.findall(b) if long else list(b)
    pieces: list[Piece] = []
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=long).get_opcodes():
        if what == "equal":
            pieces.append((SAME, "".join(old[i:j])))
        else:
            pieces += [(GONE, "".join(old[i:j]))] * (j > i) + [(NEW, "".join(new[k:m]))] * (m > k)
    return pieces
