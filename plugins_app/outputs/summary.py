"""Sums up results with the frames of a video, frame by frame: small, however long the video is."""

from typing import Any, NamedTuple

from plugins_app.outputs.frames import listed_objects, unwrapped
from plugins_app.outputs.geometry import whole

BINS = 200
MAX_TRACKS_KEPT = 1000
WORD_LENGTH = 100


class TrackSpan(NamedTuple):
    """A track: its first and last frame in the video, and the number of frames it is in."""

    name: str
    label: str
    first_frame: int | None
    last_frame: int | None
    frames: int | None


class Summary:
    """Counts frames; ``rest`` are the result's other members."""

    def __init__(self) -> None:
        self.frames = self.objects = self.most = 0
        self.rest: dict[str, Any] = {}
        self._width = 1
        self._bins: list[int] = []

    def add(self, frame: Any) -> None:
        """Count one frame."""
        count = len(listed_objects(frame))
        self.objects += count
        self.most = max(self.most, count)
        if self.frames == self._width * BINS:  # halve the resolution
            pairs = zip(self._bins[::2], self._bins[1::2], strict=True)
            self._bins = [left + right for left, right in pairs]
            self._width *= 2
        if self.frames % self._width == 0:
            self._bins.append(0)
        self._bins[-1] += count
        self.frames += 1

    def document(self) -> dict[str, Any]:
        """The summary with what else the result says (``tracks`` and small values).

        ``per_bin`` are mean numbers of objects over ``bin_frames`` frames each.
        """
        tracks = self.rest.get("tracks")
        tracks = tracks if isinstance(tracks, list) else []
        last = self.frames - (len(self._bins) - 1) * self._width
        widths = [self._width] * (len(self._bins) - 1) + [last]
        return {
            "frames": {
                "count": self.frames,
                "objects": self.objects,
                "most": self.most,
                "bin_frames": self._width,
                "per_bin": [round(n / w, 3) for n, w in zip(self._bins, widths, strict=False)],
            },
            "tracks": tracks[:MAX_TRACKS_KEPT],
            "track_count": len(tracks),
            "values": {key: value for key, value in self.rest.items() if _is_small(value)},
        }


def summarised(result: Any) -> Summary | None:
    """The summary of a whole result; None if it has no frames."""
    result = unwrapped(result)
    if not isinstance(result, dict) or not isinstance(result.get("frames"), list):
        return None
    summary = Summary()
    for frame in result["frames"]:
        summary.add(frame)
    summary.rest = {key: value for key, value in result.items() if key != "frames"}
    return summary


def read_tracks(document: dict[str, Any]) -> list[TrackSpan]:
    """The tracks of a summary (``Summary.document``); one without an id is named by its place."""
    listed = document.get("tracks")
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [_span(one, place) for place, one in enumerate(found, start=1)]


def _span(track: dict[str, Any], place: int) -> TrackSpan:
    track_id = track.get("track_id")
    name = str(track_id) if isinstance(track_id, str | int) else str(place)
    return TrackSpan(
        name=name[:WORD_LENGTH],
        label=str(track.get("label") or "")[:WORD_LENGTH],
        first_frame=whole(track.get("first_frame")),
        last_frame=whole(track.get("last_frame")),
        frames=whole(track.get("frames")),
    )


def _is_small(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 200
    return value is None or isinstance(value, bool | int | float)
