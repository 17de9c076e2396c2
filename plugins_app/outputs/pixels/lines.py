"""Two texts, line by line, and within lines that differ letter by letter."""

from collections.abc import Iterator
from typing import Any

from rapidfuzz.distance import Indel, Levenshtein, MatchingBlock

from plugins_app.outputs.pixels.matching import box_ious, stayed
from plugins_app.outputs.pixels.states import CHANGED, GONE, MOVED, NEW, SAME, outcome
from plugins_app.outputs.text import KIND
from plugins_app.outputs.things import Thing

MOST_LINES = 1000
"""Of a text that is compared."""
MOST_STEPS = 20_000_000_000
"""Pairs of letters that are looked at, some three seconds; real lines take a thousandth of it."""
ALIKE = 0.5
"""Lines that share less than this are two lines, not one that changed."""

Piece = tuple[str, str]
"""A state (same, gone, new) and the letters in it."""


class Effort:
    """What comparing two texts may still cost: as steps, the letters of two lines multiplied."""

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self.left = steps

    def allows(self, a: str, b: str) -> bool:
        """Whether these two can be compared letter by letter, and takes the steps for it."""
        steps = len(a) * len(b)
        if steps > self.left:
            return False
        self.left -= steps
        return True


def compare_text(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    """Lines as things; ``characters`` counts letters that are the same, gone and new, and
    ``similarity`` is 2 x same / all letters of both, 0..1."""
    before, left_a = lines_of(a)
    after, left_b = lines_of(b)
    things, letters = [], {SAME: 0, GONE: 0, NEW: 0}
    effort = Effort()
    for one, other in _together(before, after, effort):
        pieces = list(_pieces(one, other, effort))
        state = _state(one, other)
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
    if entries:
        read = [one for one in read if isinstance(entries[one.number - 1].get("text"), str)]
    return read, total - len(read)


def _document(line: Thing | None) -> dict[str, Any] | None:
    """The line as comparisons describe it."""
    if line is None:
        return None
    bbox = list(line.bbox) if line.bbox else None
    return {"number": line.number, "text": line.text, "score": line.score, "bbox": bbox}


def _together(
    before: list[Thing], after: list[Thing], effort: Effort
) -> Iterator[tuple[Thing | None, Thing | None]]:
    """Lines side by side, in the order of both texts, with as many equal pairs as possible."""
    i = j = 0
    found = Indel.editops([one.text for one in before], [one.text for one in after])
    for a, b, size in found.as_matching_blocks():
        yield from _alike(before[i:a], after[j:b], effort)
        i, j = a + size, b + size
        yield from zip(before[a:i], after[b:j], strict=True)


def _alike(
    before: list[Thing], after: list[Thing], effort: Effort
) -> Iterator[tuple[Thing | None, Thing | None]]:
    """Pairs among lines that all differ: for each the next one that is alike enough."""
    reached = 0
    for line in before:
        within = range(reached, min(len(after), reached + 20))
        likeness = {place: _likeness(line.text, after[place].text, effort) for place in within}
        best = max(within, key=likeness.__getitem__, default=None)
        if best is None or likeness[best] < ALIKE:
            yield line, None
            continue
        yield from ((None, other) for other in after[reached:best])
        yield line, after[best]
        reached = best + 1
    yield from ((None, other) for other in after[reached:])


def _likeness(a: str, b: str, effort: Effort) -> float:
    return Indel.normalized_similarity(a, b) if effort.allows(a, b) else 0.0


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


def _pieces(one: Thing | None, other: Thing | None, effort: Effort) -> Iterator[Piece]:
    """The same, gone and new parts of two lines, in reading order."""
    a, b = one.text if one else "", other.text if other else ""
    i = j = 0
    for place, other_place, size in _matching(a, b, effort):
        found = ((GONE, a[i:place]), (NEW, b[j:other_place]), (SAME, a[place : place + size]))
        yield from (piece for piece in found if piece[1])
        i, j = place + size, other_place + size


def _matching(a: str, b: str, effort: Effort) -> list[MatchingBlock]:
    """As difflib gives them, the last one empty and at the end."""
    if a == b:
        return [MatchingBlock(0, 0, len(a))]
    if not a or not b or not effort.allows(a, b):
        return [MatchingBlock(len(a), len(b), 0)]
    # Levenshtein's, as it needs little memory for long lines.
    return Levenshtein.editops(a, b).as_matching_blocks()
