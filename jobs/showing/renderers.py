"""Results as people see them: rows, shapes over the picture and plain text, by output kind.

``plugins_app.outputs`` reads the result. A plugin may return something other than it declared:
entries that don't fit are left out, and if none fit the page shows the JSON.
``plugins_app.manifests.result_faults`` says what doesn't fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from plugins_app.outputs import OutputKind, Thing, kind_named
from plugins_app.outputs.base import Column
from plugins_app.outputs.geometry import Point
from plugins_app.outputs.palette import colour_numbers

MAX_ROWS = 2000
"""Most rows a page shows; the download has all of them."""


@dataclass(frozen=True)
class Dot:
    """A named point over the picture."""

    x: float
    y: float
    name: str


@dataclass(frozen=True)
class Row:
    """One line of text, object or code. ``points`` is an SVG point list, empty if it has no
    position; ``bones`` are lines between dots."""

    number: int
    text: str
    label: str
    shown: str
    """Its name on the page: its text, or else its label."""
    score: float | None
    points: str
    place: str
    colour: int = 0
    page: int = 1
    dots: Sequence[Dot] = ()
    bones: Sequence[tuple[Dot, Dot]] = ()

    @property
    def percent(self) -> str:
        return "" if self.score is None else f"{self.score * 100:.1f} %"

    @property
    def point_count(self) -> int:
        return len(self.dots)

    @property
    def is_drawn(self) -> bool:
        """Whether it can be drawn on the picture, which shows only the first page."""
        return self.page == 1 and bool(self.points or self.dots)


@dataclass(frozen=True)
class Cell:
    """The value of one column in a row."""

    column: Column
    value: Any


@dataclass(frozen=True)
class Rendered:
    """A result ready for the page. ``kind`` is ``json`` if only the JSON can be shown."""

    kind: str
    rows: list[Row] = field(default_factory=list)
    text: str = ""
    left_out: int = 0
    has_masks: bool = False

    @property
    def template(self) -> str:
        return kind_named(self.kind).template

    @property
    def columns(self) -> tuple[Column, ...]:
        """Table columns besides number, score and position."""
        return kind_named(self.kind).columns

    @property
    def cells(self) -> list[tuple[Row, list[Cell]]]:
        """Each row with its values for ``columns``."""
        return [
            (row, [Cell(column, getattr(row, column.field)) for column in self.columns])
            for row in self.rows
        ]

    @property
    def counts(self) -> list[tuple[str, int, int]]:
        """``(label, rows, colour number)``, most frequent label first."""
        counts: dict[str, list[int]] = {}
        for row in self.rows:
            counts.setdefault(row.label, [0, row.colour])[0] += 1
        ranked = sorted(counts.items(), key=lambda pair: -pair[1][0])
        return [(name, count, colour) for name, (count, colour) in ranked]

    @property
    def has_shapes(self) -> bool:
        """Whether something can be drawn over the picture."""
        return any(row.is_drawn for row in self.rows)

    @property
    def has_dots(self) -> bool:
        """Whether any row has named points."""
        return any(row.dots for row in self.rows)

    @property
    def has_scores(self) -> bool:
        """Whether the table needs a score column."""
        return any(row.score is not None for row in self.rows)

    @property
    def has_pages(self) -> bool:
        """Whether the table needs a page column."""
        return any(row.page > 1 for row in self.rows)


def rendered(output: str, result: Any) -> Rendered:
    """Render a result as its output kind; as ``json`` if it doesn't fit that kind."""
    kind = kind_named(output)
    if not kind.is_readable(result):
        return Rendered("json")
    things = kind.things(result, most=MAX_ROWS) or []
    return Rendered(
        kind=kind.name,
        rows=_rows(kind, things, kind.edges(result)),
        text=kind.text_of(result),
        left_out=len(kind.entries(result) or ()) - len(things),
        has_masks=any(thing.rle is not None for thing in things),
    )


def _rows(kind: OutputKind, things: list[Thing], edges: Sequence[tuple[str, str]]) -> list[Row]:
    colours = colour_numbers(thing.group for thing in things)
    return [_row(kind, one, colour, edges) for one, colour in zip(things, colours, strict=True)]


def _row(kind: OutputKind, thing: Thing, colour: int, edges: Sequence[tuple[str, str]]) -> Row:
    dots = {one.name: Dot(one.x, one.y, one.name) for one in thing.points}
    by_text = kind.named_by == "text"
    return Row(
        number=thing.number,
        text=thing.text,
        label=thing.group,
        shown=(thing.text if by_text else "") or thing.group,
        score=thing.share,
        points=" ".join(f"{_short(x)},{_short(y)}" for x, y in thing.corners),
        place=_place(thing.corners),
        colour=colour,
        page=thing.page,
        dots=tuple(dots.values()),
        bones=[(dots[a], dots[b]) for a, b in edges if a in dots and b in dots],
    )


def _place(corners: Sequence[Point]) -> str:
    """The bounding box in short form: left, top, width by height, in pixels."""
    if not corners:
        return ""
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, top = round(min(xs)), round(min(ys))
    return f"{left}, {top} · {round(max(xs)) - left} \u00d7 {round(max(ys)) - top}"


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
