"""Comparing two results without a known shape by their values."""

import json
from collections.abc import Iterator
from typing import Any

from plugins_app.jsonvalues import json_path
from plugins_app.outputs.pixels.base import KindPixels
from plugins_app.outputs.pixels.states import CHANGED, GONE, NEW, outcome

MOST = 500
SHOWN = 200
DEEPEST = 32
MISSING = object()
Path = tuple[str | int, ...]


class JsonPixels(KindPixels):
    """Nothing is drawn, as it is unknown where things are."""

    def comparable(self, result: Any) -> bool:
        """Any two are."""
        return True

    def compare(self, a: Any, b: Any) -> dict[str, Any]:
        """By their values."""
        return compare_free(a, b)


PIXELS = JsonPixels


def compare_free(a: Any, b: Any) -> dict[str, Any]:
    """Things are places in the documents whose values differ; what is the same is not listed."""
    things: list[dict[str, Any]] = []
    left_out = 0
    for path, one, other in _differences(a, b, ()):
        if len(things) == MOST:
            left_out = 1
            break
        state = GONE if other is MISSING else NEW if one is MISSING else CHANGED
        things.append(
            {"state": state, "path": json_path(path), "before": _shown(one), "after": _shown(other)}
        )
    return outcome("json", things, left_out)


def _differences(a: Any, b: Any, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    if len(path) < DEEPEST and isinstance(a, dict) and isinstance(b, dict):
        for key in [*a, *(key for key in b if key not in a)]:
            yield from _differences(a.get(key, MISSING), b.get(key, MISSING), (*path, key))
    elif len(path) < DEEPEST and isinstance(a, list) and isinstance(b, list):
        for place in range(max(len(a), len(b))):
            one, other = (x[place] if place < len(x) else MISSING for x in (a, b))
            yield from _differences(one, other, (*path, place))
    elif type(a) is not type(b) or a != b:
        yield path, a, b


def _shown(value: Any) -> dict[str, str] | None:
    return None if value is MISSING else {"text": json.dumps(value, ensure_ascii=False)[:SHOWN]}
