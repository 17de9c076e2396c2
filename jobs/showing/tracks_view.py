"""Track results as people see them: when each object appears, and how many at a time."""

import contextlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from jobs import storage
from jobs.models import Artifact
from plugins_app.outputs.geometry import number, whole
from plugins_app.outputs.palette import track_colour
from plugins_app.outputs.summary import TrackSpan, read_tracks, summarised

SUMMARY_KIND = "summary"
MAX_SUMMARY_BYTES = 1024 * 1024
MAX_ROWS = 500
CHART_WIDTH, CHART_HEIGHT = 600.0, 60.0


@dataclass(frozen=True)
class TrackRow:
    """One track: its start and end in seconds (None if the frame rate is unknown), and its colour
    number in the track video."""

    track: TrackSpan
    from_s: float | None
    to_s: float | None
    colour: int


@dataclass(frozen=True)
class TracksView:
    """What a page shows of tracks. ``chart`` holds an SVG polyline's points: objects over time."""

    rows: list[TrackRow]
    left_out: int
    track_count: int
    frame_count: int
    most: int
    mean: float
    labels: list[tuple[str, int]]
    chart: str
    broken_off: str
    """For a truncated video, a sentence on how many of the expected frames could be read."""


def tracks_view(document: dict[str, Any] | None, fps: float) -> TracksView | None:
    """The view of a summary (``outputs.summary.Summary.document``); None where it isn't one."""
    frames = document.get("frames") if isinstance(document, dict) else None
    if document is None or not isinstance(frames, dict):
        return None
    listed = read_tracks(document)
    count = whole(document.get("track_count")) or len(listed)
    frame_count = whole(frames.get("count")) or 0
    rows = [
        TrackRow(
            track=one,
            from_s=_moment(one.first_frame, fps),
            to_s=_moment(one.last_frame, fps),
            colour=track_colour(one.name),
        )
        for one in listed[:MAX_ROWS]
    ]
    return TracksView(
        rows=rows,
        left_out=max(count - len(rows), 0),
        track_count=count,
        frame_count=frame_count,
        most=whole(frames.get("most")) or 0,
        mean=(whole(frames.get("objects")) or 0) / max(frame_count, 1),
        labels=Counter(row.track.label for row in rows if row.track.label).most_common(),
        chart=_chart(frames.get("per_bin")),
        broken_off=_broken_off(document.get("values")),
    )


def summary_of(result: Any, artifacts: list[Artifact]) -> dict[str, Any] | None:
    """The summary of a loaded result, or for one too large to load, its summary file. None if there
    is no readable summary."""
    if result is not None:
        summary = summarised(result)
        return summary.document() if summary else None
    beside = [one for one in artifacts if one.kind == SUMMARY_KIND]
    if not beside or beside[0].size_bytes > MAX_SUMMARY_BYTES:
        return None
    with (
        contextlib.suppress(FileNotFoundError, ValueError, RecursionError),
        storage.open_file(beside[0].file.name) as file,
    ):
        found: dict[str, Any] = json.load(file)
        return found
    return None


def _moment(frame: int | None, fps: float) -> float | None:
    return frame / fps if frame is not None and fps > 0 else None


def _broken_off(values: Any) -> str:
    if not isinstance(values, dict) or values.get("truncated") is not True:
        return ""
    read, announced = whole(values.get("frame_count")), whole(values.get("frames_expected"))
    return f"{read} of {announced} frames could be read." if read and announced else ""


def _chart(values: Any) -> str:
    """SVG points of a line that fills the chart; empty for fewer than two values."""
    numbers = [number(value) for value in values] if isinstance(values, list) else []
    known = [max(value, 0.0) for value in numbers if value is not None]
    if len(known) < 2:
        return ""
    across, up = CHART_WIDTH / (len(known) - 1), CHART_HEIGHT / max(*known, 1.0)
    return " ".join(
        f"{place * across:.1f},{CHART_HEIGHT - value * up:.1f}" for place, value in enumerate(known)
    )
