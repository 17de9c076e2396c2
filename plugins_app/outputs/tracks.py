"""Objects followed through a video, frame by frame."""

from typing import Any

from plugins_app.outputs.base import Fps, OutputKind, ShapeFrame
from plugins_app.outputs.frames import VIDEO, frame_shaper, shaped_video, unwrapped
from plugins_app.outputs.spellings import plain


class Tracks(OutputKind):
    """Its things are in frames (see ``frames.read_frames``); pages show one row for each track."""

    name = "tracks"
    rank = 40
    word = "objects followed through a video"
    sketch = (
        '{"frames": [{"frame", "time", "objects": [{"track_id", "label", "score", "bbox"}]}],\n'
        ' "tracks": [{"track_id", "label", "first_frame", "last_frame", "frames"}]}'
    )
    example = {
        "frames": [
            {
                "frame": 0,
                "time": 0.0,
                "objects": [
                    {"track_id": 1, "label": "cat", "score": 0.9, "bbox": [4, 5, 20, 10]},
                ],
            }
        ],
        "tracks": [
            {"track_id": 1, "label": "cat", "first_frame": 0, "last_frame": 0, "frames": 1},
        ],
    }
    noun = "track"
    in_frames = True
    manifest_words = ("frames",)
    schema = VIDEO

    def shape_document(self, result: Any, fps: Fps) -> Any:
        """Frames in every spelling; a bare list is the list of frames."""
        if isinstance(result, list):
            result = {"frames": result}
        frames = plain(result.get("frames")) if isinstance(result, dict) else None
        return shaped_video(result, frames, fps) if isinstance(frames, list) else result

    def is_readable(self, result: Any) -> bool:
        """Results stored by earlier versions may have frames inside an envelope."""
        inner = unwrapped(result)
        return isinstance(inner, dict) and isinstance(inner.get("frames"), list)

    def frame_shaper(self, fps: Fps) -> ShapeFrame | None:
        """Shapes each frame by itself; the tool must give the summaries of tracks at the end."""
        return frame_shaper(fps)


KIND = Tracks()
