"""Follows the red square that tests/video/clips.py draws."""

import cv2
import numpy as np

from plugins_app import sdk


class Plugin:
    """``follow``, ``collect`` and ``size``."""

    def run_tool(self, tool_name, args):
        if tool_name == "size":
            return self._size(args)
        if tool_name == "collect":
            seen = []
            return {"frames": self._frames(args["video_path"], seen), "tracks": seen}
        return self._follow(args)

    def _follow(self, args):
        video = sdk.frames(args["video_path"], every=args["every"])
        seen = []
        for index, time_s, image in video:
            score = float("nan") if index == args["spoil"] else 0.5
            objects = [_thing(image, score)]
            seen.append(index)
            yield {"frame": index, "time": time_s, "objects": objects, "note": "x" * args["pad"]}
        return {"tracks": [_track(seen)], "truncated": video.info.truncated}

    def _frames(self, path, seen):
        numbers = []
        for index, time_s, image in sdk.frames(path):
            numbers.append(index)
            yield {"frame": index, "time": time_s, "objects": [_thing(image, 0.5)]}
        seen.append(_track(numbers))

    def _size(self, args):
        kind = "video" if "video_path" in args else "image"
        if kind == "video":
            image = next(iter(sdk.frames(args["video_path"])))[2]
        else:
            image = cv2.imread(args["image_path"])
        height, width = image.shape[:2]
        return {
            "width": width,
            "height": height,
            "kind": "video" if "video_path" in args else "image",
        }


def _thing(image, score):
    red = (image[..., 2] > 140) & (image[..., 1] < 110)
    bbox = list(cv2.boundingRect(red.astype(np.uint8)))
    return {"track_id": 1, "label": "red", "score": score, "bbox": bbox}


def _track(numbers):
    ends = {"first_frame": numbers[0], "last_frame": numbers[-1]}
    return {"track_id": 1, "label": "red", "frames": len(numbers)} | ends
