"""The five states of a thing, and counting them."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

SAME, MOVED, CHANGED, GONE, NEW = STATES = ("same", "moved", "changed", "gone", "new")


def counts(states: Iterable[str]) -> dict[str, int]:
    """How many things are in each state."""
    found = Counter(states)
    return {state: found[state] for state in STATES}


def outcome(kind: str, things: list[dict[str, Any]], left_out: int = 0) -> dict[str, Any]:
    """A comparison as a document. ``left_out`` things were too many to be compared."""
    return {
        "kind": kind,
        "counts": counts(thing["state"] for thing in things),
        "things": things,
        "left_out": left_out,
    }
