"""What results of each output kind look like, as JSON Schema (2020-12).

More members than these are always allowed. Coordinates are pixels of the upright picture, scores
0 to 1, times seconds. ``manage.py plugins schema KIND`` prints a schema, ``plugins check`` holds
results against them.
"""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, relevance

from plugins_app.manifests.explain import explain, missing_names

Schema = dict[str, Any]


def _object(required: str, **properties: Schema) -> Schema:
    return {"type": "object", "required": required.split(), "properties": properties}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
TEXT: Schema = {"type": "string"}
SIZE: Schema = {"type": "number", "minimum": 0}
SCORE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
BOX: Schema = {
    "description": "[x, y, width, height]",
    "type": "array",
    "prefixItems": [NUMBER, NUMBER, SIZE, SIZE],
    "minItems": 4,
    "maxItems": 4,
}
POINT: Schema = {
    "description": "[x, y]", "type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2,
}  # fmt: skip
POLYGON: Schema = {"type": "array", "items": POINT, "minItems": 3}
RLE: Schema = {
    "description": "Run lengths as COCO has them, compressed (text) or not (a list).",
    **_object(
        "size counts",
        size={"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2},
        counts={"type": ["string", "array"]},
    ),
}
FRAME = _object(
    "frame time objects",
    frame=COUNT,
    time={"type": ["number", "null"]},
    objects=_list(
        _object(
            "label score bbox",
            track_id={"type": ["integer", "string", "null"]},
            label=TEXT,
            score=SCORE,
            bbox=BOX,
        )
    ),
)
TRACK = _object(
    "track_id label first_frame last_frame",
    track_id={"type": ["integer", "string"]},
    label=TEXT,
    first_frame=COUNT,
    last_frame=COUNT,
    frames=COUNT,
)

FIRST, FIRST_INSIDE = 50, 10
"""How many entries of a list ``first_fault`` looks at, and of a list within a list."""

SHAPES: dict[str, Schema] = {
    "text": _object(
        "text lines",
        text=TEXT,
        lines=_list(
            _object(
                "text score",
                text=TEXT,
                score=SCORE,
                bbox={**BOX, "type": ["array", "null"]},
                polygon=POLYGON,
            )
        ),
    ),
    "detections": _object(
        "detections",
        detections=_list(_object("label score bbox", label=TEXT, score=SCORE, bbox=BOX)),
    ),
    "masks": _object(
        "masks",
        masks=_list(
            _object("label score bbox rle", label=TEXT, score=SCORE, bbox=BOX, area=SIZE, rle=RLE)
        ),
    ),
    "tracks": _object("frames", frames=_list(FRAME), tracks=_list(TRACK)),
    "keypoints": _object("keypoints", keypoints={"type": "array"}),
    "codes": _object(
        "codes",
        codes=_list(_object("format text", format=TEXT, text=TEXT, polygon=POLYGON)),
    ),
}


def published(kind: str) -> Schema:
    """The schema of a kind, with its title."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {**head, "title": f"ForgeSyte result: {kind}", **SHAPES[kind]}


def shape_faults(kind: str, result: Any, most: int = 3) -> list[str]:
    """What keeps a result from having the shape of its kind: ``$.lines[0].score must be ...``.

    Detections in a video have the shape of tracks. ``json`` has no shape.
    """
    errors = sorted(_errors(kind, result), key=relevance)
    return [_sentence(error) for error in errors[::-1][:most]]


def first_fault(kind: str, result: Any) -> str:
    """What ``shape_faults`` says of the first place that has not the shape, or nothing.

    Only the first entries of each list are looked at, for which some 50 ms are enough.
    """
    error = next(_errors(kind, _beginning(result, FIRST)), None)
    return _sentence(error) if error else ""


def _errors(kind: str, result: Any) -> Iterator[ValidationError]:
    if kind == "detections" and isinstance(result, dict) and "frames" in result:
        kind = "tracks"
    return Draft202012Validator(SHAPES.get(kind, {})).iter_errors(result)


def _beginning(value: Any, most: int, depth: int = 6) -> Any:
    """A value with the first entries of its lists; lists in lists are cut shorter."""
    if isinstance(value, dict) and depth:
        return {name: _beginning(inner, most, depth - 1) for name, inner in value.items()}
    if isinstance(value, list) and depth:
        return [_beginning(inner, FIRST_INSIDE, depth - 1) for inner in value[:most]]
    return value


def _sentence(error: ValidationError) -> str:
    if error.validator == "required":
        return f"{error.json_path} lacks {', '.join(missing_names(error))}."
    return f"{error.json_path} {explain(error)}."
