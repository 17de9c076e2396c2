"""Results as people see them: rows, shapes over the picture and plain text, by output kind.

The shapes of results are those of docs/plugins.md: pixels of the upright image, boxes
``[x, y, width, height]``. A plugin may return something else than it declared; what does not fit
is left out, and where nothing fits the page shows the JSON; ``plugins_app.output_shapes`` says what
does not.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from plugins_app.tracks import unwrapped

MAX_ROWS = 2000
"""More rows than this are not drawn; the download has all of them."""

COLOURS = 8


@dataclass(frozen=True)
class Row:
    """One line, object or code. ``points`` is an SVG list, empty where it has no place."""

    number: int
    text: str
    label: str
    score: float | None
    points: str
    place: str
    colour: int = 0

    @property
    def percent(self) -> str:
        """The score as a percentage."""
        return "" if self.score is None else f"{self.score * 100:.1f} %"

    @property
    def shown(self) -> str:
        """What names it: its text, or else its label."""
        return self.text or self.label


@dataclass(frozen=True)
class Rendered:
    """A result ready for the page. ``kind`` is ``json`` where only the JSON can be shown."""

    kind: str
    rows: list[Row] = field(default_factory=list)
    text: str = ""
    left_out: int = 0
    counts: list[tuple[str, int, int]] = field(default_factory=list)
    has_masks: bool = False

    @property
    def has_shapes(self) -> bool:
        """Whether something can be drawn over the picture."""
        return any(row.points for row in self.rows)

    @property
    def has_scores(self) -> bool:
        """Whether a column of scores makes sense."""
        return any(row.score is not None for row in self.rows)


def rendered(output: str, result: Any) -> Rendered:
    """The result by its tool's output kind; ``json`` for other kinds and what does not fit."""
    renderer = RENDERERS.get(output)
    if renderer is None or not isinstance(result, dict):
        return Rendered("json")
    return renderer(result) or Rendered("json")


def _text(result: dict[str, Any]) -> Rendered | None:
    text = result.get("text")
    rows, left_out = _rows(result.get("lines"), text_key="text")
    if not isinstance(text, str):
        if not rows:
            return None
        text = "\n".join(row.text for row in rows)
    return Rendered("text", rows, text, left_out)


def _detections(key: str) -> Callable[[dict[str, Any]], Rendered | None]:
    def render(result: dict[str, Any]) -> Rendered | None:
        if not isinstance(result.get(key), list):
            return None
        rows, left_out = _rows(result[key], text_key="")
        counts: dict[str, list[int]] = {}
        for row in rows:
            counts.setdefault(row.label, [0, row.colour])[0] += 1
        ranked = sorted(counts.items(), key=lambda pair: -pair[1][0])
        return Rendered("detections", rows, "", left_out, [(name, n, c) for name, (n, c) in ranked])

    return render


def _masks(result: dict[str, Any]) -> Rendered | None:
    """Boxes and labels as rows; the page's script draws the masks from the result itself."""
    found = _detections("masks")(result)
    has_masks = any(isinstance(one, dict) and "rle" in one for one in result.get("masks") or ())
    return replace(found, has_masks=has_masks) if found else None


def _codes(result: dict[str, Any]) -> Rendered | None:
    if not isinstance(result.get("codes"), list):
        return None
    rows, left_out = _rows(result["codes"], text_key="text", label_key="format")
    return Rendered("codes", rows, "\n".join(row.text for row in rows), left_out)


def _tracks(result: dict[str, Any]) -> Rendered | None:
    """Only whether it has frames; ``tracks_view`` makes what the page shows of them."""
    inner = unwrapped(result)
    return Rendered("tracks") if isinstance(inner.get("frames"), list) else None


RENDERERS: dict[str, Callable[[dict[str, Any]], Rendered | None]] = {
    "text": _text,
    "detections": _detections("detections"),
    "masks": _masks,
    "codes": _codes,
    "tracks": _tracks,
}


def _rows(entries: Any, text_key: str, label_key: str = "label") -> tuple[list[Row], int]:
    """Rows of a result's list, and how many were left out."""
    if not isinstance(entries, list):
        return [], 0
    colours: dict[str, int] = {}
    rows = []
    for number, entry in enumerate(entries[:MAX_ROWS], start=1):
        if not isinstance(entry, dict):
            continue
        label = _word(entry.get(label_key))
        corners = _polygon(entry.get("polygon")) or _box(entry.get("bbox"))
        rows.append(
            Row(
                number=number,
                text=_word(entry.get(text_key)) if text_key else "",
                label=label,
                score=_share(entry.get("score")),
                points=" ".join(f"{_short(x)},{_short(y)}" for x, y in corners),
                place=_place(corners),
                colour=colours.setdefault(label, len(colours) % COLOURS),
            )
        )
    return rows, len(entries) - len(rows)


def _word(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e9 and math.isfinite(value) else None


def _share(value: Any) -> float | None:
    """A score; None for what is none."""
    score = _number(value)
    return score if score is not None and 0 <= score <= 1 else None


def _box(bbox: Any) -> list[tuple[float, float]]:
    """The corners of ``[x, y, width, height]``."""
    if not isinstance(bbox, list) or len(bbox) != 4:
        return []
    x, y, width, height = (_number(value) for value in bbox)
    if x is None or y is None or width is None or height is None:
        return []
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def _polygon(points: Any) -> list[tuple[float, float]]:
    """``[[x, y], ...]`` with at least three corners."""
    if not isinstance(points, list) or not 3 <= len(points) <= 1000:
        return []
    corners = []
    for point in points:
        if not isinstance(point, list) or len(point) != 2:
            return []
        x, y = _number(point[0]), _number(point[1])
        if x is None or y is None:
            return []
        corners.append((x, y))
    return corners


def _place(corners: list[tuple[float, float]]) -> str:
    """The bounding box as a table has room for: left, top, and width by height."""
    if not corners:
        return ""
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, top = round(min(xs)), round(min(ys))
    return f"{left}, {top} · {round(max(xs)) - left} \u00d7 {round(max(ys)) - top}"


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
