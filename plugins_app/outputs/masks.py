"""Masks of objects, as run lengths in the form of COCO."""

from plugins_app.outputs.base import Column, OutputKind
from plugins_app.outputs.schemas import BOX, PAGE, RLE, SCORE, SIZE, TEXT, list_of, object_of


class Masks(OutputKind):
    """Each mask covers the whole picture; ``bbox`` and ``area`` say where it lies in it."""

    name = "masks"
    rank = 30
    word = "masks of objects"
    sketch = '{"masks": [{"label", "score", "bbox", "area", "rle": {"size": [h, w], "counts"}}]}'
    example = {
        "masks": [
            {
                "label": "cat",
                "score": 0.9,
                "bbox": [4, 5, 20, 10],
                "area": 10,
                "rle": {"size": [30, 40], "counts": [125, 10, 1065]},
            }
        ]
    }
    listed = "masks"
    noun = "mask"
    columns = (Column("Object", "shown"),)
    placed = True
    schema = object_of(
        "masks",
        masks=list_of(
            object_of(
                "label score bbox rle",
                label=TEXT, score=SCORE, bbox=BOX, area=SIZE, rle=RLE, page=PAGE,
            )
        ),
    )  # fmt: skip


KIND = Masks()
