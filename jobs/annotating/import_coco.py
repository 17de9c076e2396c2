"""COCO's JSON for object detection: https://cocodataset.org/#format-data

Reads ``images`` (id, file_name, width, height), ``annotations`` (image_id, category_id, and a bbox
in pixels or a segmentation whose bounding box is used) and ``categories`` (id, name). Everything
else is ignored.
"""

import json
from typing import Any, NoReturn

from jobs.annotating.import_outlines import box_of
from jobs.annotating.import_parsed import MAX_IMAGES, Box, BoxBudget, ParsedBox, ParsedImage
from jobs.refusal import Refusal
from plugins_app.outputs.geometry import is_number


def read_coco(file: str, data: bytes, budget: BoxBudget) -> list[ParsedImage]:
    """The boxes of each image in the file. Raises Refusal if it is not in COCO's format."""
    document = _loaded(file, data)
    lists = [document.get(name) for name in ("images", "annotations")]
    if not all(isinstance(one, list) for one in lists):
        raise Refusal(
            400,
            f"{file} is not in COCO's format: it needs the lists images and annotations. Lists of"
            " detections alone don't say which images they are of.",
        )
    images, annotations = lists
    if len(images or []) > MAX_IMAGES:
        raise Refusal(413, f"{file} has more than {MAX_IMAGES:,} images. Divide it.")
    labels = _categories(document.get("categories"))
    found: dict[Any, ParsedImage] = {}
    repeated: list[ParsedImage] = []
    for entry in images or []:
        if not isinstance(entry, dict) or not isinstance(entry.get("file_name"), str):
            raise Refusal(400, f"{file} has an image without a file_name.")
        parsed = ParsedImage(file, entry["file_name"], size=_size(entry))
        if _key(entry.get("id")) in found:
            parsed.refuse("id", "another image of the file has the same id.")
            repeated.append(parsed)
        else:
            found[_key(entry.get("id"))] = parsed
    lost: dict[str, ParsedImage] = {}
    for place, entry in enumerate(annotations or []):
        budget.take()
        if not isinstance(entry, dict):
            raise Refusal(400, f"{file}: annotation {place} of the list is no JSON object.")
        one = found.get(_key(entry.get("image_id")))
        if one is not None:
            _add(one, entry, labels)
            continue
        image = f"image_id {entry.get('image_id')}"[:60]
        one = lost.setdefault(image, ParsedImage(file, image, lost=True))
        one.refuse(_where(entry), "the file has no image of this id.")
    return [*found.values(), *repeated, *lost.values()]


def _loaded(file: str, data: bytes) -> dict[str, Any]:
    if not data.strip():
        raise Refusal(400, f"{file} is empty.")
    try:
        document = json.loads(data, parse_constant=_no_such_number)
    except RecursionError as error:
        raise Refusal(400, f"{file} is nested too deeply.") from error
    except ValueError as error:
        raise Refusal(400, f"{file} is not JSON: {error}.") from error
    if not isinstance(document, dict):
        text = f"{file} is not in COCO's format: it is no JSON object with images and annotations."
        raise Refusal(400, text)
    return document


def _no_such_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number in JSON")


def _key(value: Any) -> Any:
    """Ids are numbers, or strings in some files; the type keeps 1 and True apart."""
    return (type(value), value) if isinstance(value, int | str) else None


def _categories(entries: Any) -> dict[Any, str]:
    listed = entries if isinstance(entries, list) else []
    named = [one for one in listed if isinstance(one, dict) and isinstance(one.get("name"), str)]
    return {_key(one.get("id")): one["name"] for one in named}


def _size(entry: dict[str, Any]) -> tuple[int, int] | None:
    width, height = entry.get("width"), entry.get("height")
    return (width, height) if type(width) is int and type(height) is int else None


def _where(entry: dict[str, Any]) -> str:
    number = entry.get("id")
    return (f"Annotation {number}" if isinstance(number, int | str) else "An annotation")[:60]


def _add(parsed: ParsedImage, entry: dict[str, Any], labels: dict[Any, str]) -> None:
    where = _where(entry)
    bbox = _bbox(entry)
    if bbox is None:
        text = "it has no bbox of four numbers"
        if entry.get("segmentation") and not entry.get("bbox"):
            text += ", and its segmentation is neither polygons nor uncompressed run lengths"
        parsed.refuse(where, f"{text}.")
        return
    category = entry.get("category_id")
    label = labels.get(_key(category)) if category is not None else ""
    if label is None:
        parsed.refuse(where, "its category is not in the list categories.")
        return
    parsed.boxes.append(ParsedBox(bbox, label, relative=False, where=where))


def _bbox(entry: dict[str, Any]) -> Box | None:
    """The annotation's own box, or else the box around its segmentation."""
    bbox = entry.get("bbox")
    if not bbox:
        return box_of(entry.get("segmentation"))
    if not isinstance(bbox, list) or len(bbox) != 4 or not all(map(is_number, bbox)):
        return None
    x, y, width, height = (float(value) for value in bbox)
    return x, y, width, height
