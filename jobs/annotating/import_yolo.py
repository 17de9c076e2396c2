"""YOLO's text files: one for each image, with the image's name and one object per line.

A line is ``class x y width height``, the center and size of the box as fractions of the image's
size, in some files followed by a confidence; or ``class x1 y1 x2 y2 ...``, an outline (Ultralytics'
segment format) whose bounding box is used. Class names are in ``classes.txt``, one per line, or in
``data.yaml``:
https://docs.ultralytics.com/datasets/detect/
"""

import math
import re
from pathlib import PurePosixPath
from typing import Any

import yaml

from jobs.annotating.import_outlines import around
from jobs.annotating.import_parsed import Box, BoxBudget, ParsedBox, ParsedImage
from jobs.refusal import Refusal

NAME_LISTS = ("classes.txt", "_classes.txt", "obj.names", "classes.names", "coco.names")
NOTES = re.compile(
    r"((readme|licen[cs]e|copying|notice|changelog)\b.*|(train|val|valid|test|trainval))\.txt"
)
"""Text files that accompany labels: notes about them, and lists of images per split."""
OUTSIDE = 0.001
"""How far rounded numbers may lie outside of 0..1."""
MAX_CLASSES = 10_000
MAX_YAML_BYTES = 256 * 1024


def is_names(path: str) -> bool:
    """Whether a file holds class names, judging by its file name."""
    name = PurePosixPath(path).name.lower()
    return name in NAME_LISTS or name.endswith((".yaml", ".yml"))


def is_note(path: str, data: bytes) -> bool:
    """Whether a text file has no labels: it is named like a note and has no line of numbers."""
    if not NOTES.fullmatch(PurePosixPath(path.replace("\\", "/")).name.lower()):
        return False
    return not any(map(_is_label, data.decode("utf-8", "replace").splitlines()))


def _is_label(line: str) -> bool:
    words = line.split()
    try:
        return len([float(word) for word in words]) >= 5
    except ValueError:
        return False


def read_names(file: str, data: bytes) -> list[str] | None:
    """The class names in order; None for a YAML file without any. Raises Refusal."""
    if not file.lower().endswith((".yaml", ".yml")):
        names: Any = [line.strip() for line in _text(file, data).splitlines() if line.strip()]
        if not names:
            raise Refusal(400, f"{file} is empty; it should name the classes, one a line.")
    else:
        names = _yaml(file, data)
    if isinstance(names, dict) and set(names) == set(range(len(names))):
        names = [names[number] for number in range(len(names))]
    if names is None:
        return None
    if not isinstance(names, list) or len(names) > MAX_CLASSES:
        raise Refusal(400, f"{file}: names must be a list of at most {MAX_CLASSES:,} classes.")
    return [str(name) if isinstance(name, str | int) else "" for name in names]


def _yaml(file: str, data: bytes) -> Any:
    if len(data) > MAX_YAML_BYTES:
        raise Refusal(413, f"{file} is too large for a list of classes.")
    try:
        document = yaml.safe_load(_text(file, data))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Refusal(400, f"{file} can't be read as YAML.") from error
    return document.get("names") if isinstance(document, dict) else None


def read_yolo(file: str, data: bytes, names: list[str] | None, budget: BoxBudget) -> ParsedImage:
    """The boxes in one text file. Raises Refusal if it is not text or has too many boxes."""
    parsed = ParsedImage(file, PurePosixPath(file.replace("\\", "/")).stem, any_extension=True)
    for number, line in enumerate(_text(file, data).splitlines(), start=1):
        if words := line.split():
            budget.take()
            _add(parsed, f"Line {number}", words, names)
    return parsed


def _add(parsed: ParsedImage, where: str, words: list[str], names: list[str] | None) -> None:
    try:
        values = [float(word) for word in words]
    except ValueError:
        parsed.refuse(where, "it is not made of numbers.")
        return
    kind, places = values[0], values[1:]
    if len(places) == 5:
        places = places[:4]  # a confidence
    if len(places) != 4 and (len(places) < 6 or len(places) % 2):
        parsed.refuse(where, "it is neither a class and four numbers nor a class and an outline.")
        return
    if not all(-OUTSIDE <= value <= 1 + OUTSIDE for value in places):  # False for NaN, too
        parsed.refuse(where, "its numbers must be parts of the image's size, from 0 to 1.")
        return
    if not math.isfinite(kind) or kind != int(kind) or not 0 <= kind < MAX_CLASSES:
        parsed.refuse(where, "its class is no whole number from 0 up.")
        return
    if names is not None and kind >= len(names):
        parsed.refuse(where, f"there is no name for class {int(kind)}.")
        return
    label = names[int(kind)] if names is not None else str(int(kind))
    parsed.boxes.append(ParsedBox(_box(places), label, relative=True, where=where))


def _box(places: list[float]) -> Box:
    if len(places) == 4:
        x, y, width, height = places
        return (x - width / 2, y - height / 2, width, height)
    return around(places)


def _text(file: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(400, f"{file} is not text in UTF-8.") from error
