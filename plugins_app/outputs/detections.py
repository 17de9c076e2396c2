"""Objects with boxes; in a video, with boxes in its frames."""

from typing import Any

from plugins_app.outputs.base import Column, Fps, OutputKind, ShapeFrame
from plugins_app.outputs.frames import frame_shaper, shaped_video
from plugins_app.outputs.schemas import BOX, PAGE, SCORE, TEXT, list_of, object_of
from plugins_app.outputs.spellings import plain, shaped_objects


class Detections(OutputKind):
    """In a video it has the shape of tracks; objects need no track ids then."""

    name = "detections"
    rank = 20
    word = "objects with boxes"
    sketch = '{"detections": [{"label", "score", "bbox", "class_id"?}]}'
    example = {"detections": [{"label": "cat", "score": 0.9, "bbox": [4, 5, 20, 10]}]}
    listed = "detections"
    noun = "object"
    columns = (Column("Object", "shown"),)
    placed = True
    in_frames = True
    schema = object_of(
        "detections",
        detections=list_of(
            object_of("label score bbox", label=TEXT, score=SCORE, bbox=BOX, page=PAGE)
        ),
    )

    def shape_document(self, result: Any, fps: Fps) -> Any:
        """Objects from a list, from columns, from frames, in every spelling of a box."""
        if isinstance(result, list):
            result = {self.listed: result}
        if not isinstance(result, dict):
            return result
        if isinstance(frames := plain(result.get("frames")), list):
            return shaped_video(result, frames, fps)
        found = shaped_objects(result[self.listed]) if self.listed in result else None
        return result if found is None else {**result, self.listed: found}

    def frame_shaper(self, fps: Fps) -> ShapeFrame | None:
        """As for tracks."""
        return frame_shaper(fps)


KIND = Detections()
