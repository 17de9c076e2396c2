"""What listens to the engine, and in which order: the only place that knows both sides."""

from jobs.drawing import track_video
from jobs.engine import hooks
from jobs.exporting.sources import with_entries
from jobs.results.timings import tool_timings
from plugins_app.pages import timings


def connect() -> None:
    """Register the listeners. Calling it again has no effect."""
    hooks.before_call.add(with_entries)
    hooks.before_call.add(track_video.with_result)
    hooks.item_done.add(track_video.after_commit)
    timings.register(tool_timings)
