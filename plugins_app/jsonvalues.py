"""Finds values that can't be represented in JSON, stored in a database, or read by clients."""

import math
from typing import Any, NamedTuple

MAX_DEPTH = 64
MAX_INT = 2**63 - 1
"""The largest whole number that a database column and most JSON readers support."""


class Flaw(NamedTuple):
    """The path of a value that can't be stored, and why (a predicate: ``is not a number``)."""

    path: tuple[str | int, ...]
    why: str


def find_flaw(value: Any, *, text: bool = True, path: tuple[str | int, ...] = ()) -> Flaw | None:
    """The first flaw in a JSON-like value, or None.

    Looks for NaN and infinite numbers, whole numbers beyond 64 bits, nesting deeper than 64 levels,
    keys that aren't texts, values that aren't JSON, and (with ``text``) NUL characters and lone
    surrogates, which PostgreSQL and UTF-8 reject.
    """
    if len(path) > MAX_DEPTH:
        return Flaw(path[:8], f"is nested more than {MAX_DEPTH} levels deep")
    if isinstance(value, (dict, list, tuple)):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            if isinstance(value, dict) and (flaw := _key(key, text, path)):
                return flaw
            if flaw := find_flaw(inner, text=text, path=(*path, key)):
                return flaw
        return None
    why = _scalar(value, text)
    return Flaw(path, why) if why else None


def _key(key: Any, text: bool, path: tuple[str | int, ...]) -> Flaw | None:
    if not isinstance(key, str):
        return Flaw(path, f"has the key {key!r}, which is not a text")
    why = _scalar(key, text)
    return Flaw(path, f"has a key that {why}") if why else None


def _scalar(value: Any, text: bool) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        return "" if math.isfinite(value) else f"is {_float_word(value)}, which JSON does not have"
    if isinstance(value, int):
        return "" if abs(value) <= MAX_INT else "is too large a number"
    if not isinstance(value, str):
        return f"is of the type {type(value).__name__}, which JSON does not have"
    if text and "\0" in value:
        return "has a NUL character, which can't be stored"
    if text and any("\ud800" <= char <= "\udfff" for char in value):
        return "has half a surrogate pair, which is not valid Unicode"
    return ""


def _float_word(value: float) -> str:
    return "NaN" if math.isnan(value) else "infinite"


def json_path(path: tuple[str | int, ...]) -> str:
    """``$.lines[2].score`` for ``("lines", 2, "score")``."""
    return "$" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)


def json_pointer(path: tuple[str | int, ...]) -> str:
    """``/lines/2/score`` (RFC 6901) for ``("lines", 2, "score")``."""
    return "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in path)
