"""COCO: boxes, masks and keypoints (https://cocodataset.org/#format-data).

Ids of images, categories and annotations start at 1, in the order of the selection and of the
labels. Annotations have a ``score``, as in COCO's results.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from archive import HashedFile
from coco_keypoints import KEYPOINTS, Joints, joints_by_label
from export_entries import Entry
from export_run import Export, dumped
from export_things import Thing, on_picture, tidy
from mask_shapes import polygons

from plugins_app.sdk.masks import encode_runs

FILE = "annotations.json"
INFO = {"description": "Results exported from ForgeSyte", "version": "1.0"}


def look(entry: Entry, options: dict[str, Any]) -> Iterable[str]:
    """Accepts pictures with detections, masks or keypoints."""
    return [one.label for one in _found(entry, options)]


def write(export: Export) -> None:
    """Write one file with all images."""
    categories = {label: number for number, label in enumerate(export.labels, start=1)}
    joints = joints_by_label(export)
    with export.archive.file(FILE) as file:
        file.text('{"info":' + dumped(INFO) + ',"licenses":[],\n"images":[')
        _rows(file, _images(export))
        file.text('],\n"annotations":[')
        _rows(file, _annotations(export, categories, joints))
        file.text('],\n"categories":[')
        _rows(file, (_category(n, label, joints) for label, n in categories.items()))
        file.text("]}\n")


def _found(entry: Entry, options: dict[str, Any]) -> list[Thing]:
    return on_picture(entry, "detections", "masks", KEYPOINTS, min_score=options["min_score"])


def _category(number: int, label: str, joints: dict[str, Joints]) -> dict[str, Any]:
    category = {"id": number, "name": label}
    return category | joints[label].category() if label in joints else category


def _images(export: Export) -> Iterator[dict[str, Any]]:
    for number, entries in enumerate(export.media(), start=1):
        one = entries[0]
        yield {
            "id": number,
            "file_name": export.media_name(one),
            "width": one.width,
            "height": one.height,
            "media_id": one.media_id,
        }


def _annotations(
    export: Export, categories: dict[str, int], joints: dict[str, Joints]
) -> Iterator[dict[str, Any]]:
    count = 0
    for image, entries in enumerate(export.media(), start=1):
        for entry in entries:
            for one in _found(entry, export.options):
                count += 1
                head = {"id": count, "image_id": image, "category_id": categories[one.label]}
                points = joints[one.label].annotation(one) if one.label in joints else {}
                shape = _shape(one, export.options["segmentation"])
                yield head | shape | points | {"iscrowd": 0}


def _shape(one: Thing, segmentation: str) -> dict[str, Any]:
    box = [tidy(value) for value in one.bbox or ()]
    shape: dict[str, Any] = {"bbox": box, "area": tidy(box[2] * box[3]), "segmentation": []}
    if one.rle is not None:
        height, width = one.rle["size"]
        shape["area"] = sum(one.rle["counts"][1::2])
        if segmentation == "polygons":
            outlines = polygons(one.rle)
            shape["segmentation"] = [[tidy(v) for v in part.ravel()] for part in outlines]
        else:
            shape["segmentation"] = encode_runs(one.rle["counts"], (height, width))
    return shape if one.score is None else shape | {"score": tidy(one.score, 6)}


def _rows(file: HashedFile, rows: Iterable[dict[str, Any]]) -> None:
    for place, row in enumerate(rows):
        file.text((",\n" if place else "\n") + dumped(row))
