"""CSV (RFC 4180, UTF-8): one row for each thing that was found.

A text that a spreadsheet would interpret as a formula is preceded by an apostrophe
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from export_entries import Entry
from export_run import Export
from export_things import frames, has_frames, numeral, things

from plugins_app.outputs import KINDS, Thing
from plugins_app.outputs.geometry import Box

FILE = "results.csv"
BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
COLUMNS = (
    "result_id", "filename", "plugin", "version", "tool", "frame", "time_s", "track_id", "label",
    "text", "format", "score", "x", "y", "width", "height", "mask_pixels",
)  # fmt: skip
WHERE_NEEDED = ("page", "points")
"""Columns that are only written if a result has values for them."""
TEXTS = ("filename", "track_id", "label", "text", "format", "points")


def look(entry: Entry, options: dict[str, Any]) -> Iterable[str]:
    """Accepts all results that list things. Returns the extra columns that a result needs."""
    rows = _rows(entry, options)
    return {name for row in rows for name in WHERE_NEEDED if row.get(name)}


def write(export: Export) -> None:
    """Write one table."""
    with export.archive.file(FILE) as file:
        file.text(BOM if export.options["bom"] else "")
        columns = (*COLUMNS, *(name for name in WHERE_NEEDED if name in export.labels))
        file.text(_line(columns))
        for entry in export.entries():
            for row in _rows(entry, export.options):
                file.text(_line(_cell(name, row.get(name)) for name in columns))


def _rows(entry: Entry, options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    about = {
        "result_id": entry.id,
        "filename": entry.filename,
        "plugin": entry.plugin,
        "version": entry.version,
        "tool": entry.tool,
    }
    if has_frames(entry):
        for frame in frames(entry, options["min_score"]):
            moment = about | {"frame": frame.number, "time_s": frame.time_s}
            for seen in frame.things:
                found = {"track_id": seen.track, "label": seen.label, "score": seen.score}
                yield moment | found | _place(seen.place)
        return
    found = things(entry, *KINDS, min_score=options["min_score"])
    paged = any(one.page > 1 for one in found)
    for one in found:
        row = {"label": one.label, "text": one.text, "format": one.format, "score": one.score}
        pixels = None if one.rle is None else sum(one.rle["counts"][1::2])
        row |= {"page": one.page if paged else None, "points": _points(one)}
        yield about | row | _place(one.bbox) | {"mask_pixels": pixels}


def _place(bbox: Box | None) -> dict[str, float]:
    return dict(zip(("x", "y", "width", "height"), bbox or (), strict=False))


def _points(one: Thing) -> str:
    """``nose 12 30.5 0.9; left eye ...``: name, x, y and score of each point."""
    told = ((point.name, *(_cell("", v) for v in point[1:])) for point in one.points)
    return "; ".join(" ".join(word for word in words if word) for words in told)


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return numeral(value, 6 if name == "score" else 3)
    text = str(value)
    return f"'{text}" if name in TEXTS and text.startswith(FORMULA) else text


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
