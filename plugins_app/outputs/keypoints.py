"""Named points of things, such as joints of a body, and the lines between them."""

from typing import Any

from plugins_app.outputs.base import Column, Fps, OutputKind
from plugins_app.outputs.geometry import MAX_CORNERS, box_around, number
from plugins_app.outputs.schemas import (
    BOX_OR_NONE,
    NUMBER,
    PAGE,
    SCORE,
    TEXT,
    Schema,
    list_of,
    object_of,
)
from plugins_app.outputs.spellings import LABEL_KEYS, SCORE_KEYS, first, plain, shaped_box
from plugins_app.outputs.things import Fault, Keypoint, Thing, read_thing, word

MOST_EDGES = 1000
POINT_LISTS = ("points", "keypoints")
POINT: Schema = {
    "description": "Or in short [x, y] or [x, y, score]; such a point is named by its number.",
    "anyOf": [
        object_of("x y", name=TEXT, x=NUMBER, y=NUMBER, score=SCORE),
        {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 3},
    ],
}
EDGE: Schema = {
    "description": "The names of two points that hang together.",
    "type": "array", "items": TEXT, "minItems": 2, "maxItems": 2,
}  # fmt: skip

Json = dict[str, Any]


class Keypoints(OutputKind):
    """``skeleton`` holds for all things of a result; a point that was not found is left out."""

    name = "keypoints"
    rank = 50
    word = "points of objects, such as joints"
    sketch = (
        '{"keypoints": [{"label", "score", "bbox", "points": [{"name", "x", "y", "score"}]}],\n'
        ' "skeleton": [[name, name], ...]}'
    )
    example = {
        "keypoints": [
            {
                "label": "cat",
                "score": 0.9,
                "bbox": [4, 5, 20, 10],
                "points": [
                    {"name": "nose", "x": 6, "y": 9, "score": 0.9},
                    {"name": "tail", "x": 23, "y": 8, "score": 0.7},
                ],
            }
        ],
        "skeleton": [["nose", "tail"]],
    }
    listed = "keypoints"
    noun = "object"
    placed = True
    likeness = "Likeness"
    columns = (Column("Object", "shown"), Column("Points", "point_count"))
    schema = object_of(
        "keypoints",
        keypoints=list_of(
            object_of(
                "label score points",
                label=TEXT, score=SCORE, bbox=BOX_OR_NONE, points=list_of(POINT), page=PAGE,
            )
        ),
        skeleton=list_of(EDGE),
    )  # fmt: skip

    def shape_document(self, result: Any, fps: Fps) -> Any:
        """Accepts COCO's flat ``keypoints``, single points, and other names and boxes."""
        listed = plain(result.get(self.listed)) if isinstance(result, dict) else None
        if not isinstance(listed, list):
            return result
        return {**result, self.listed: [_shaped(plain(one)) for one in listed]}

    def read(self, entry: Any, position: int, where: str, fault: Fault) -> Thing | None:
        """Accepts every spelling, for results stored before shaping was introduced."""
        entry = _shaped(entry)
        thing = read_thing(entry, position, where, fault)
        if thing is None:
            return None
        listed = entry.get("points")
        found = listed[:MAX_CORNERS] if isinstance(listed, list) else []
        numbered = (_point(one, place) for place, one in enumerate(found, start=1))
        points = tuple(point for point in numbered if point is not None)
        bbox = thing.bbox or box_around([(one.x, one.y) for one in points])
        return thing._replace(points=points, bbox=bbox)

    def edges(self, result: Any) -> tuple[tuple[str, str], ...]:
        """``skeleton``, as pairs of names."""
        listed = result.get("skeleton") if isinstance(result, dict) else None
        pairs = listed[:MOST_EDGES] if isinstance(listed, list) else []
        named = ([word(name) for name in one] for one in pairs if isinstance(one, list))
        return tuple((one[0], one[1]) for one in named if len(one) == 2 and all(one))


def _shaped(one: Any) -> Any:
    """One thing; a single point becomes a thing with one point."""
    if not isinstance(one, dict):
        point = _point(one, 1)
        return one if point is None else {"label": "point", "score": point.score, "points": [one]}
    if {"label", "score", "points"} <= one.keys() and isinstance(one["points"], list):
        return one
    name = next((name for name in POINT_LISTS if isinstance(plain(one.get(name)), list)), "")
    points = _points(plain(one[name])) if name else _alone(one)
    if points is None:
        return one
    label_name, label = first(one, LABEL_KEYS)
    score_name, score = first(one, SCORE_KEYS)
    box_names, bbox = shaped_box(one)
    rest = set(one) - {label_name, score_name, "label", "score", name or "point"}
    rest -= box_names if bbox else {"bbox"}
    shaped = {"label": word(label) or "object", "score": score, "bbox": bbox, "points": points}
    return shaped | {key: one[key] for key in one if key in rest}


def _alone(one: Json) -> list[Any] | None:
    """A single point from ``x`` and ``y`` or ``point``, instead of a list of points."""
    point = plain(one.get("point")) or [one.get("x"), one.get("y")]
    return None if _point(point, 1) is None else [point]


def _points(listed: list[Any]) -> list[Any]:
    """COCO's flat ``[x, y, v, ...]`` as named points: v is 0 for what was not found."""
    if not listed or not all(isinstance(one, int | float) for one in listed):
        return [plain(one) for one in listed]
    threes = zip(listed[0::3], listed[1::3], listed[2::3], strict=False)
    numbered = enumerate(threes, start=1)
    return [{"name": str(place), "x": x, "y": y} for place, (x, y, v) in numbered if v]


def _point(one: Any, place: int) -> Keypoint | None:
    """A point as a dict, or as ``[x, y]`` or ``[x, y, score]``."""
    if isinstance(one, dict):
        name, score = word(first(one, ("name", "label"))[1]), first(one, SCORE_KEYS)[1]
        x, y = one.get("x"), one.get("y")
    elif isinstance(one, list) and len(one) in (2, 3):
        name, x, y, score = "", one[0], one[1], one[2] if len(one) == 3 else None
    else:
        return None
    across, down = number(x), number(y)
    if across is None or down is None:
        return None
    return Keypoint(name or str(place), across, down, number(score))


KIND = Keypoints()
