"""What the page of two compared results shows: shapes by state, rows, and texts that differ."""

from dataclasses import dataclass, field
from typing import Any

from jobs.models import JobItem
from jobs.results.outputs import find_tool
from jobs.showing.item_view import Picture, picture_of
from plugins_app.outputs import kind_named

STATES = {
    "same": ("=", "Same"),
    "moved": ("→", "Moved"),
    "changed": ("≠", "Changed"),
    "gone": ("\u2212", "Gone"),
    "new": ("+", "New"),
}
"""Signs and words, for people who can't tell the colours apart."""
MEANINGS = {
    "same": "in both, at the same place",
    "moved": "in both, at another place",
    "changed": "in both, with another label or text",
    "gone": "only in the first",
    "new": "only in the second",
}
MOST_ROWS = 500


@dataclass(frozen=True)
class State:
    """A state as the page shows it, with the number of things in it."""

    name: str
    count: int = 0

    @property
    def sign(self) -> str:
        return STATES[self.name][0]

    @property
    def word(self) -> str:
        return STATES[self.name][1]

    @property
    def meaning(self) -> str:
        return MEANINGS[self.name]


@dataclass(frozen=True)
class Shape:
    """A box over a picture, in pixels of the picture."""

    state: State
    x: float
    y: float
    width: float
    height: float
    name: str


@dataclass(frozen=True)
class Side:
    """One of the two compared results."""

    item: JobItem
    name: str
    tool_title: str
    shapes: list[Shape] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """One thing; for a line of text, ``pieces`` are its parts as (state, letters)."""

    state: State
    before: str
    after: str
    iou: float | None
    shift: str
    pieces: list[tuple[str, str]]
    path: str = ""
    note: str = ""


@dataclass(frozen=True)
class CompareView:
    """Everything the template needs."""

    kind: str
    picture: Picture
    sides: list[Side]
    legend: list[State]
    rows: list[Row]
    rows_left_out: int
    found: dict[str, Any]

    @property
    def is_same(self) -> bool:
        return not any(state.count for state in self.legend if state.name != "same")

    @property
    def sign_size(self) -> float:
        """Size of the signs over the picture, in pixels of the picture."""
        return max(self.picture.width, self.picture.height) / 20

    @property
    def likeness(self) -> str:
        """The column heading for how well two things match."""
        return kind_named(self.kind).likeness

    @property
    def has_places(self) -> bool:
        """Whether something can be drawn over pictures."""
        return not self.picture.is_video and any(side.shapes for side in self.sides)

    @property
    def has_masks(self) -> bool:
        """Whether the page's script draws masks."""
        return self.kind == "masks"


def compare_view(a: JobItem, b: JobItem, found: dict[str, Any]) -> CompareView:
    """The view of a comparison (``jobs.comparing.items.compare_items``)."""
    things = found["things"]
    return CompareView(
        kind=found["kind"],
        picture=picture_of(a.media.blob),
        sides=[
            _side(a, "First", "before", things),
            _side(b, "Second", "after", things),
        ],
        legend=[State(name, found["counts"][name]) for name in STATES],
        rows=[_row(thing) for thing in things[:MOST_ROWS]],
        rows_left_out=max(len(things) - MOST_ROWS, 0),
        found=found,
    )


def _side(item: JobItem, name: str, which: str, things: list[dict[str, Any]]) -> Side:
    tool = find_tool(item.plugin_id, item.tool)
    shapes = []
    for thing in things:
        one = thing[which]
        if one and (box := one.get("bbox")):
            x, y, width, height = box
            label = _named(one)
            shapes.append(Shape(State(thing["state"]), x, y, width, height, label))
    return Side(item, name, tool.title if tool else item.tool, shapes)


def _row(thing: dict[str, Any]) -> Row:
    moved = thing["state"] in ("moved", "changed") and any(thing.get("shift", []))
    text = (thing["after"] or thing["before"] or {}).get("text", "")
    pieces = [(state, part) for state, part in thing.get("pieces") or [(thing["state"], text)]]
    switches = thing.get("switches") or 0
    return Row(
        state=State(thing["state"]),
        before=_named(thing["before"]),
        after=_named(thing["after"]),
        iou=thing.get("iou", thing.get("oks")),
        shift=_shift(thing["shift"]) if moved else "",
        pieces=pieces,
        path=thing.get("path", ""),
        note=f"{switches} switch{'' if switches == 1 else 'es'} of id" if switches else "",
    )


def _named(one: dict[str, Any] | None) -> str:
    """A thing's label or id, and its score."""
    if one is None:
        return ""
    if "frames" in one:
        parts = [f"#{one['track_id']}" if one["track_id"] else "no id", one["label"]]
        frames = one["frames"]
        return " ".join(filter(None, parts)) + f", {frames} frame{'' if frames == 1 else 's'}"
    parts = [one.get("label") or "", one.get("text") or ""]
    score = one.get("score")
    if score is not None and -1000 < score < 1000:
        parts.append(f"({score:.2f})")
    return " ".join(filter(None, parts))


def _shift(shift: list[float]) -> str:
    across, down = shift
    return f"{across:+.1f}, {down:+.1f} px".replace("-", "\u2212")
