"""YOLO: one text file per picture, as Ultralytics' tools read it
(https://docs.ultralytics.com/datasets/detect/ and /segment/).

A line is ``class x y width height`` (centre and size), or ``class x1 y1 x2 y2 ...`` (a polygon), as
shares of the picture. A picture without things has an empty file.
"""

from collections.abc import Iterable
from typing import Any

import yaml
from export_entries import Entry
from export_run import Export
from export_things import Thing, on_picture
from mask_shapes import one_polygon

from plugins_app.outputs.geometry import Box, clipped, corners_of

DIGITS = 6


def look(entry: Entry, options: dict[str, Any]) -> Iterable[str]:
    """Accepts pictures with detections or masks."""
    return [one.label for one in _found(entry, options)]


def write(export: Export) -> None:
    """Write ``labels/`` with one file for each picture, and the names of the classes."""
    classes = {label: number for number, label in enumerate(export.labels)}
    as_polygons = export.options["shapes"] == "polygons" or (
        export.options["shapes"] == "auto" and _has_masks(export)
    )
    for entries in export.media():
        name = f"labels/{export.member_name(entries[0], '.txt')}"
        with export.archive.file(name) as file:
            for entry in entries:
                export.note(entry, name)
                for one in _found(entry, export.options):
                    places = _polygon(one, entry) if as_polygons else _box(one, entry)
                    if places:
                        words = [str(classes[one.label]), *places]
                        if export.options["scores"] and one.score is not None:
                            words.append(_share(one.score))
                        file.text(" ".join(words) + "\n")
    with export.archive.file("classes.txt") as file:
        for label in export.labels:
            file.text(" ".join(label.split()) + "\n")
    with export.archive.file("data.yaml") as file:
        names = {number: label for label, number in classes.items()}
        data = {"path": ".", "train": "images", "val": "images", "names": names}
        file.text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000))


def _found(entry: Entry, options: dict[str, Any]) -> list[Thing]:
    return on_picture(entry, "detections", "masks", min_score=options["min_score"])


def _has_masks(export: Export) -> bool:
    fitting = (one for one in export.everything() if one.id not in export.left_out)
    return any(entry.output == "masks" for entry in fitting)


def _box(one: Thing, entry: Entry) -> list[str]:
    box = _inside(one, entry)
    if box is None:
        return []
    x, y, width, height = box
    middle = (x + width / 2) / entry.width, (y + height / 2) / entry.height
    return [_share(value) for value in (*middle, width / entry.width, height / entry.height)]


def _polygon(one: Thing, entry: Entry) -> list[str]:
    points = one_polygon(one.rle) if one.rle is not None else None
    if points is not None:
        corners = [(float(x), float(y)) for x, y in points]
    elif one.rle is None and (box := _inside(one, entry)):
        corners = list(corners_of(box))
    else:
        return []
    return [_share(v) for x, y in corners for v in (x / entry.width, y / entry.height)]


def _inside(one: Thing, entry: Entry) -> Box | None:
    return clipped(one.bbox, entry.width, entry.height) if one.bbox else None


def _share(value: float) -> str:
    return f"{value:.{DIGITS}f}"
