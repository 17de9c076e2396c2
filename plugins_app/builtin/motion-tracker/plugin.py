"""Tracks moving objects in videos from a fixed camera: tools `video_track` and `motion_events`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from motion_detector import MotionDetector
from motion_events import EventLog
from motion_groups import Groups

from plugins_app import sdk
from plugins_app.sdk.track_log import Seen, TrackLog
from plugins_app.sdk.tracking import Tracker

if TYPE_CHECKING:
    from plugins_app.sdk.video import Frames

LABEL = "moving object"
_KEEP_S = 2.0  # how long something can be hidden by a lamp post or a parked car


class Plugin:
    """The built-in motion tracker. It has no model to load: it learns from each video."""

    def on_load(self) -> None:
        """Use one thread: two processes with one thread each do more work than one with two."""
        cv2.setNumThreads(1)

    def run_tool(self, tool_name: str, args: dict[str, Any]) -> dict[str, Any]:
        """Run `video_track` or `motion_events` on the video at args["video_path"].

        `video_track` returns {"frames": an iterator of {"frame", "time", "objects": [{"track_id",
        "label", "score", "bbox"}]}}; once it is exhausted, "tracks", "frame_count", "truncated",
        "width", "height", "fps" and "every" are added. A score is the share of the box that differs
        from the background. `motion_events` returns {"events", ...}, see `EventLog`. Raises
        ToolError.
        """
        tools = {"video_track": _track, "default": _track, "motion_events": _find_events}
        if tool_name not in tools:
            raise sdk.ToolError(
                f"The motion tracker has no tool '{tool_name}'. It has video_track, motion_events."
            )
        if not args.get("video_path"):
            raise sdk.ToolError(
                "The motion tracker needs a video, because it compares frames. Upload a video, or"
                " choose a tool that takes images.",
                reason="unsupported_input",
            )
        every, max_side = int(args.get("every", 1)), int(args.get("max_side", 640))
        return tools[tool_name](sdk.frames(args["video_path"], every, max_side), args)


def _track(video: Frames, args: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    result["frames"] = _tracked(video, args, result)
    return result


def _tracked(
    video: Frames, args: dict[str, Any], result: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield frames with their tracks, and add the rest of the result at the end."""
    tracker = Tracker(keep_s=_KEEP_S)
    detector = _detector(args)
    size = (video.info.width, video.info.height)
    log = TrackLog(
        int(args.get("min_frames", 5)), video.scale, *size, float(args.get("min_travel", 0.3))
    )
    groups = Groups(float(args.get("min_area", 0.001)) * size[0] * size[1] * video.scale**2)
    for index, time_s, image in video:
        blobs = detector.detect(image)
        tracker.predict()
        found = groups.resolve(blobs, tracker.tracks, time_s)
        boxes = np.array([one.box for one in found], np.float64).reshape(-1, 4)
        certainty = np.array([one.certainty for one in found])
        tracks = tracker.update(boxes, certainty, [LABEL] * len(found), time_s)
        pairs = zip(tracks, found, strict=True)
        seen = [Seen(track, one.fill, one.box) for track, one in pairs if track is not None]
        yield from log.add(index, time_s, seen)
    tracker.finish()
    yield from log.finish()
    result |= {"tracks": log.tracks(), **_about(video, args)}


def _find_events(video: Frames, args: dict[str, Any]) -> dict[str, Any]:
    detector = _detector(args)
    size = (video.info.width, video.info.height)
    durations = (float(args.get("min_duration_s", 0.5)), float(args.get("merge_gap_s", 1.0)))
    log = EventLog(*durations, video.scale, *size)
    least = float(args.get("min_area", 0.001)) * size[0] * size[1] * video.scale**2
    for index, time_s, image in video:
        blobs = [blob for blob in detector.detect(image) if blob.lively and blob.area >= least]
        log.add(index, time_s, blobs)
    return {"events": log.finish(), **_about(video, args)}


def _detector(args: dict[str, Any]) -> MotionDetector:
    return MotionDetector(
        float(args.get("sensitivity", 0.5)),
        float(args.get("min_area", 0.001)) / 3,  # pieces of objects count too
        int(args.get("history", 250)),
    )


def _about(video: Frames, args: dict[str, Any]) -> dict[str, Any]:
    return {
        "frame_count": video.info.frames_read,
        "frames_expected": video.info.frames_expected,
        "truncated": video.info.truncated,
        "width": video.info.width,
        "height": video.info.height,
        "fps": round(video.info.fps, 3),
        "every": int(args.get("every", 1)),
    }
