"""Detects and tracks objects with the operator's YOLO models: `detect_objects`, `video_track`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import cv2
from yolo_detector import Detector, Found
from yolo_files import model_files

from plugins_app import sdk
from plugins_app.sdk.track_log import Seen, TrackLog
from plugins_app.sdk.tracking import Tracker

if TYPE_CHECKING:
    from plugins_app.sdk.video import Frames

VARIABLE = "YOLO_MODEL"
_KEPT_MODELS = 2
_UNSURE = 0.1  # detections down to this score may continue a track


class Plugin:
    """The built-in YOLO plugin. Models are loaded on first use; the last two are kept."""

    def __init__(self) -> None:
        self._loaded: dict[str, Detector] = {}
        self.model_digest = ""

    def on_load(self) -> None:
        """Load the first model, so that the first job doesn't have to wait for it."""
        cv2.setNumThreads(1)
        try:
            self._detector("")
        except sdk.ToolError as error:
            print(error.message)  # for the log; each job reports it again

    def run_tool(self, tool_name: str, args: dict[str, Any]) -> dict[str, Any]:
        """Run `detect_objects` on an image (args["image_path"] or args["image_bytes"]) or a video
        (args["video_path"]), or `video_track` on a video.

        For an image it returns {"detections": [{"label", "score", "bbox" [x, y, w, h],
        "class_id"}], "width", "height", "model"}, for a video {"frames": an iterator of {"frame",
        "time", "objects"}}, to which "frame_count", "truncated", "width", "height", "fps", "every"
        and "model" are added once it is exhausted. `video_track` adds a "track_id" to each object,
        and "tracks". Raises ToolError.
        """
        if tool_name not in ("detect_objects", "video_track", "default", "analyze"):
            raise sdk.ToolError(
                f"The YOLO plugin has no tool '{tool_name}'. It has detect_objects, video_track."
            )
        if tool_name == "video_track" and not args.get("video_path"):
            raise sdk.ToolError(
                "Tracking needs a video. Upload one, or use detect_objects, which takes images.",
                reason="unsupported_input",
            )
        detector = self._detector(str(args.get("model", "")))
        self.model_digest = detector.digest
        look = _Look(detector, args)
        if not args.get("video_path"):
            return _detect(look, args)
        # Shrunk to the network's input size in the thread that decodes.
        video = sdk.frames(args["video_path"], int(args.get("every", 1)), detector.side)
        result: dict[str, Any] = {}
        frames = _tracked if tool_name == "video_track" else _detected
        result["frames"] = frames(look, video, args, result)
        return result

    def _detector(self, name: str) -> Detector:
        files = model_files(os.environ.get(VARIABLE, ""))
        name = name.strip() or next(iter(files))
        if name not in files:
            raise sdk.ToolError(
                f"There is no model {name!r}. Known models: {', '.join(files)}.",
                reason="invalid_params",
            )
        detector = self._loaded.pop(name, None) or Detector(files[name])
        self._loaded[name] = detector
        while len(self._loaded) > _KEPT_MODELS:
            del self._loaded[next(iter(self._loaded))]
        return detector


class _Look:
    """A model together with the parameters of a call."""

    def __init__(self, detector: Detector, args: dict[str, Any]) -> None:
        self.detector = detector
        self.confidence = float(args.get("confidence", 0.25))
        self._iou = float(args.get("iou", 0.5))
        self._classes = detector.class_numbers([str(word) for word in args.get("classes") or []])

    def at(self, image: Any, confidence: float | None = None) -> Found:
        """The detections in a picture, (H, W, 3) uint8 BGR."""
        least = self.confidence if confidence is None else confidence
        return self.detector.detect(image, least, self._iou, self._classes)

    def objects(self, found: Found, scale: float) -> list[dict[str, Any]]:
        """Detections in the shape of a result. `scale` is analysed pixels per original pixel."""
        return [
            {
                "label": self.detector.label(int(number)),
                "score": round(float(score), 4),
                "bbox": [round(float(value) / scale, 1) for value in box],
                "class_id": int(number),
            }
            for box, score, number in zip(*found, strict=True)
        ]


def _detect(look: _Look, args: dict[str, Any]) -> dict[str, Any]:
    picture = sdk.load_input(args)
    found = look.at(picture.pixels)
    return {
        "detections": look.objects(found, picture.pixels.shape[1] / picture.width),
        "width": picture.width,
        "height": picture.height,
        "model": look.detector.name,
    }


def _detected(
    look: _Look, video: Frames, args: dict[str, Any], result: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield frames with their objects, and add the rest of the result at the end."""
    for index, time_s, image in video:
        objects = look.objects(look.at(image), video.scale)
        yield {"frame": index, "time": round(time_s, 3), "objects": objects}
    result |= _about(look, video, args)


def _tracked(
    look: _Look, video: Frames, args: dict[str, Any], result: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield frames with their tracks, and add the rest of the result at the end."""
    sure = look.confidence
    unsure = min(_UNSURE, sure)
    tracker = Tracker(sure, unsure, sure, float(args.get("keep_s", 1.0)))
    log = TrackLog(int(args.get("min_frames", 3)), video.scale, video.info.width, video.info.height)
    for index, time_s, image in video:
        found = look.at(image, unsure)
        labels = [look.detector.label(int(number)) for number in found.classes]
        tracks = tracker.update(found.boxes, found.scores, labels, time_s)
        trios = zip(tracks, found.scores, found.boxes, strict=True)
        seen = [Seen(track, float(score), box) for track, score, box in trios if track is not None]
        yield from log.add(index, time_s, seen)
    tracker.finish()
    yield from log.finish()
    result |= {"tracks": log.tracks(), **_about(look, video, args)}


def _about(look: _Look, video: Frames, args: dict[str, Any]) -> dict[str, Any]:
    return {
        "frame_count": video.info.frames_read,
        "frames_expected": video.info.frames_expected,
        "truncated": video.info.truncated,
        "width": video.info.width,
        "height": video.info.height,
        "fps": round(video.info.fps, 3),
        "every": int(args.get("every", 1)),
        "model": look.detector.name,
    }
