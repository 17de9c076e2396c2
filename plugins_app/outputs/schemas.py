"""Building blocks for the JSON Schemas (2020-12) of output kinds.

Additional members are always allowed. Coordinates are pixels of the upright picture, scores
0 to 1, times seconds, pages count from 1.
"""

from typing import Any

Schema = dict[str, Any]


def object_of(required: str, **properties: Schema) -> Schema:
    """An object; ``required`` are names, separated by spaces."""
    return {"type": "object", "required": required.split(), "properties": properties}


def list_of(items: Schema) -> Schema:
    """A list whose entries all match ``items``."""
    return {"type": "array", "items": items}


NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
TEXT: Schema = {"type": "string"}
SIZE: Schema = {"type": "number", "minimum": 0}
SCORE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
PAGE: Schema = {"description": "Of a document; 1 if left out.", "type": "integer", "minimum": 1}
BOX: Schema = {
    "description": "[x, y, width, height]",
    "type": "array",
    "prefixItems": [NUMBER, NUMBER, SIZE, SIZE],
    "minItems": 4,
    "maxItems": 4,
}
BOX_OR_NONE: Schema = {**BOX, "type": ["array", "null"]}
POINT: Schema = {
    "description": "[x, y]", "type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2,
}  # fmt: skip
POLYGON: Schema = {"type": "array", "items": POINT, "minItems": 3}
RLE: Schema = {
    "description": "Run lengths as COCO has them, compressed (text) or not (a list).",
    **object_of(
        "size counts",
        size={"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2},
        counts={"type": ["string", "array"]},
    ),
}
