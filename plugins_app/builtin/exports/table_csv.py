"""CSV (RFC 4180, UTF-8): one row for each thing that was found.

A text that a spreadsheet would take for a formula gets an apostrophe in front of it
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from export_entries import Entry
from export_run import Export
from export_things import Box, frames, has_frames, numeral, things

FILE = "results.csv"
BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
COLUMNS = (
    "result_id", "filename", "plugin", "version", "tool", "frame", "time_s", "track_id", "label",
    "text", "format", "score", "x", "y", "width", "height", "mask_pixels",
)  # fmt: skip
TEXTS = ("filename", "track_id", "label", "text", "format")
KINDS = ("text", "detections", "masks", "codes")


def look(entry: Entry, options: dict[str, Any]) -> Iterable[str]:
    """Whatever has things fits: text, detections, masks, codes, tracks."""
    for _row in _rows(entry, options):
        pass
    return ()


def write(export: Export) -> None:
    """One table."""
    with export.archive.file(FILE) as file:
        file.text(BOM if export.options["bom"] else "")
        file.text(_line(COLUMNS))
        for entry in export.entries():
            for row in _rows(entry, export.options):
                file.text(_line(_cell(name, row.get(name)) for name in COLUMNS))


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
            moment = about | {"frame": frame.index, "time_s": frame.time_s}
            for seen in frame.objects:
                found = {"track_id": seen.track_id, "label": seen.label, "score": seen.score}
                yield moment | found | _place(seen.bbox)
        return
    for one in things(entry, *KINDS, min_score=options["min_score"]):
        row = {"label": one.label, "text": one.text, "format": one.format, "score": one.score}
        pixels = None if one.rle is None else sum(one.rle["counts"][1::2])
        yield about | row | _place(one.bbox) | {"mask_pixels": pixels}


def _place(bbox: Box | None) -> dict[str, float]:
    return dict(zip(("x", "y", "width", "height"), bbox or (), strict=False))


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
