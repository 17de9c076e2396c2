"""Track results as people see them: who was there from when to when, and how many at a time."""

import contextlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from jobs import storage
from jobs.models import Artifact
from jobs.showing.renderers import COLOURS
from plugins_app.tracks import number, summarised

SUMMARY_KIND = "summary"
MAX_SUMMARY_BYTES = 1024 * 1024
MAX_ROWS = 500
CHART_WIDTH, CHART_HEIGHT = 600.0, 60.0


@dataclass(frozen=True)
class TrackRow:
    """One track: its frames in the video, from and to in seconds where the rate is known."""

    name: str
    label: str
    first_frame: int | None
    last_frame: int | None
    frames: int | None
    from_s: float | None
    to_s: float | None
    colour: int


@dataclass(frozen=True)
class TracksView:
    """What a page shows of tracks. ``chart`` are the points of an SVG line, objects over time."""

    rows: list[TrackRow]
    left_out: int
    track_count: int
    frame_count: int
    most: int
    mean: float
    labels: list[tuple[str, int]]
    chart: str
    broken_off: str
    """Where the video broke off: how many frames could be read of those that it announced."""


def tracks_view(document: dict[str, Any] | None, fps: float) -> TracksView | None:
    """The view of a summary (``plugins_app.tracks.Summary.document``); None where it is none."""
    frames = document.get("frames") if isinstance(document, dict) else None
    if document is None or not isinstance(frames, dict):
        return None
    tracks = document.get("tracks")
    listed = [one for one in tracks if isinstance(one, dict)] if isinstance(tracks, list) else []
    count = _whole(document.get("track_count")) or len(listed)
    frame_count = _whole(frames.get("count")) or 0
    rows = [_row(one, place, fps) for place, one in enumerate(listed[:MAX_ROWS], start=1)]
    return TracksView(
        rows=rows,
        left_out=max(count - len(rows), 0),
        track_count=count,
        frame_count=frame_count,
        most=_whole(frames.get("most")) or 0,
        mean=(_whole(frames.get("objects")) or 0) / max(frame_count, 1),
        labels=Counter(row.label for row in rows if row.label).most_common(),
        chart=_chart(frames.get("per_bin")),
        broken_off=_broken_off(document.get("values")),
    )


def summary_of(result: Any, artifacts: list[Artifact]) -> dict[str, Any] | None:
    """The summary of a result that was loaded; of one too large for that, the file beside it."""
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


def _row(track: dict[str, Any], place: int, fps: float) -> TrackRow:
    track_id = track.get("track_id")
    first, last = _whole(track.get("first_frame")), _whole(track.get("last_frame"))
    name = str(track_id) if isinstance(track_id, str | int) else str(place)
    return TrackRow(
        name=name[:100],
        label=str(track.get("label") or "")[:100],
        first_frame=first,
        last_frame=last,
        frames=_whole(track.get("frames")),
        from_s=first / fps if first is not None and fps > 0 else None,
        to_s=last / fps if last is not None and fps > 0 else None,
        colour=place % COLOURS,
    )


def _broken_off(values: Any) -> str:
    if not isinstance(values, dict) or values.get("truncated") is not True:
        return ""
    read, announced = _whole(values.get("frame_count")), _whole(values.get("frames_expected"))
    return f"{read} of {announced} frames could be read." if read and announced else ""


def _whole(value: Any) -> int | None:
    found = number(value)
    return None if found is None or found < 0 else int(found)


def _chart(values: Any) -> str:
    """Points of a line that is as wide as the chart and touches its top."""
    numbers = [number(value) for value in values] if isinstance(values, list) else []
    known = [max(value, 0.0) for value in numbers if value is not None]
    if len(known) < 2:
        return ""
    across, up = CHART_WIDTH / (len(known) - 1), CHART_HEIGHT / max(*known, 1.0)
    return " ".join(
        f"{place * across:.1f},{CHART_HEIGHT - value * up:.1f}" for place, value in enumerate(known)
    )
