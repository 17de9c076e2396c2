"""Cuts objects out of pictures: tools `inside_box`, `at_points` and `find_all`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import segment_find
import segment_points
import segment_sam2
import segment_sam3
from segment_grabcut import cut_box
from segment_prompts import Prompts, read_prompts
from segment_sam2 import Sam2
from segment_sam3 import Sam3
from segment_shape import resized
from segment_view import MAX_SIDE, Piece

from plugins_app import sdk
from plugins_app.sdk.images import Picture

Labelled = list[tuple[str, Piece]]

_THING = "object"
_MANY, _MANY_SIDE = 100, 192  # above this many boxes, masks are coarser, to finish in time
_EXAMPLES = 20


class Plugin:
    """The built-in segmentation plugin: OpenCV, or networks that the operator provides."""

    def __init__(self) -> None:
        self.model_digest = ""
        self._backend = "opencv"
        self._sam2: Sam2 | None = None
        self._sam3: Sam3 | None = None
        self._tools: dict[str, Callable[[Picture, Prompts, dict[str, Any]], Labelled]] = {
            "inside_box": self._inside_box,
            "at_points": self._at_points,
            "find_all": self._find_all,
        }

    def on_load(self) -> None:
        """Use one thread, because several hosts run at the same time."""
        cv2.setNumThreads(1)

    def run_tool(self, tool_name: str, args: dict[str, Any]) -> dict[str, Any]:
        """Run a tool on an image: args["image_path"] or args["image_bytes"].

        Returns {"masks": [{"label", "score", "bbox", "area", "rle"}], "width", "height",
        "backend"}, in pixels of the upright image; `rle` is COCO's compressed form. Raises
        ToolError for an unknown tool, missing or invalid prompts, and images and models that can't
        be read.
        """
        tool = self._tools.get("inside_box" if tool_name in ("default", "analyze") else tool_name)
        if tool is None:
            raise sdk.ToolError(
                f"The segment plugin has no tool '{tool_name}'. It has {', '.join(self._tools)}."
            )
        self.model_digest, self._backend = "", "opencv"
        picture = sdk.load_input(args)
        found = tool(picture, read_prompts(args, picture), args)
        masks = [_entry(label, piece, picture) for label, piece in found]
        return {
            "masks": [mask for mask in masks if mask["area"]],
            "width": picture.width,
            "height": picture.height,
            "backend": self._backend,
        }

    def _inside_box(self, picture: Picture, prompts: Prompts, args: dict[str, Any]) -> Labelled:
        """One mask for each box."""
        if not prompts.boxes:
            raise sdk.ToolError(
                "There is no box. Draw one around each thing on the image, or set the parameter "
                "boxes, such as [[10, 20, 200, 150]] for x, y, width, height.",
                reason="invalid_params",
            )
        image = picture.pixels
        sam = self._one_thing(str(args.get("backend", "auto")))
        features = sam.look(image) if sam else {}
        side = MAX_SIDE if len(prompts.boxes) <= _MANY else _MANY_SIDE
        found: Labelled = []
        for number, box in enumerate(prompts.boxes):
            sdk.progress(number, len(prompts.boxes))
            piece = sam.in_box(image, features, box) if sam else cut_box(image, box, side)
            if piece is not None:
                found.append((prompts.labels[number] or prompts.text or _THING, piece))
        return found

    def _at_points(self, picture: Picture, prompts: Prompts, args: dict[str, Any]) -> Labelled:
        """One mask for all points together."""
        if not prompts.points:
            raise sdk.ToolError(
                "There is no point on the thing. Mark at least one on the image, or set the "
                'parameter points, such as [{"point": [120, 80], "positive": true}].',
                reason="invalid_params",
            )
        image = picture.pixels
        sam = self._one_thing(str(args.get("backend", "auto")))
        piece: Piece | None
        if sam:
            sure, not_it = prompts.points, prompts.negative_points
            piece = sam.at_points(image, sam.look(image), sure, not_it)
        else:
            piece = segment_points.cut_points(image, prompts.points, prompts.negative_points)
        return [(prompts.text or _THING, piece)] if piece is not None else []

    def _find_all(self, picture: Picture, prompts: Prompts, args: dict[str, Any]) -> Labelled:
        """All things that look like the example boxes, or that match a text."""
        backend = str(args.get("backend", "auto"))
        threshold = float(args.get("threshold", 0.65))
        limit = int(args.get("limit", 200))
        label = next(filter(None, prompts.labels), "") or prompts.text or _THING
        if not prompts.boxes and not prompts.text:
            raise sdk.ToolError(
                "There is nothing to search for. Draw a box around one example on the image, or "
                "set the parameter boxes, such as [[10, 20, 60, 60]] for x, y, width, height.",
                reason="invalid_params",
            )
        if max(len(prompts.boxes), len(prompts.negative_boxes)) > _EXAMPLES:
            raise sdk.ToolError(
                f"There can be at most {_EXAMPLES} examples, and as many of what is not wanted; "
                f"here are {len(prompts.boxes)} and {len(prompts.negative_boxes)}. Remove some "
                "boxes from the image, or choose a few with the parameter boxes.",
                reason="invalid_params",
            )
        sam3 = backend == "sam3" or (backend == "auto" and segment_sam3.configured())
        if sam3:
            model = self._all_things()
            if model.takes_boxes or backend == "sam3" or not prompts.boxes:
                boxes, unlike = prompts.boxes, prompts.negative_boxes
                pieces = model.find(picture.pixels, prompts.text, boxes, unlike, threshold)
                self.model_digest, self._backend = model.digest, "sam3"
                return [(label, piece) for piece in pieces[:limit]]
        if not prompts.boxes:
            raise sdk.ToolError(
                "Finding things by a text needs a SAM 3 model, and "
                + (f"backend {backend} has none. " if backend != "auto" else "there is none here. ")
                + f"The operator of this server can set {segment_sam3.MODEL} to an ONNX export of "
                "SAM 3 in one file (inputs pixel_values or images, input_ids; outputs pred_masks, "
                f"pred_logits) and {segment_sam3.TOKENIZER} to its tokenizer.json. Without a "
                "model, draw a box around one example instead."
            )
        hits = segment_find.find_all(
            picture.pixels,
            prompts.boxes,
            prompts.negative_boxes,
            threshold,
            float(args.get("size_variation", 1.8)),
            str(args.get("rotation", "auto")),
            limit,
            lambda done: sdk.progress(done, 1.0, "searching"),
        )
        pieces = [replace(hit.piece, score=hit.score) for hit in hits]
        if backend == "sam2":
            pieces = self._drawn_anew(picture, pieces)
        return [(label, piece) for piece in pieces]

    def _drawn_anew(self, picture: Picture, pieces: list[Piece]) -> list[Piece]:
        """The same things, with the masks that SAM 2 draws in their boxes."""
        sam = self._one_thing("sam2")
        assert sam is not None  # noqa: S101  # requested by name, so it is loaded or an error is raised
        features = sam.look(picture.pixels)
        drawn = []
        for piece in pieces:
            x, y, w, h = cv2.boundingRect(piece.mask.astype("uint8"))
            anew = sam.in_box(picture.pixels, features, (piece.x + x, piece.y + y, w, h))
            drawn.append(replace(anew, score=piece.score) if anew else piece)
        return drawn

    def _one_thing(self, backend: str) -> Sam2 | None:
        """SAM 2 if it is requested, or available with `auto`; None for OpenCV. Raises ToolError."""
        if backend == "sam3":
            raise sdk.ToolError(
                "SAM 3 finds all things of a kind: use it with find_all. For one thing use "
                "backend sam2 or opencv.",
                reason="invalid_params",
            )
        if backend != "sam2" and not (backend == "auto" and segment_sam2.configured()):
            return None
        if self._sam2 is None:
            self._sam2 = Sam2()
        self.model_digest, self._backend = self._sam2.digest, "sam2"
        return self._sam2

    def _all_things(self) -> Sam3:
        if self._sam3 is None:
            self._sam3 = Sam3()
        return self._sam3


def _entry(label: str, piece: Piece, picture: Picture) -> dict[str, Any]:
    """The entry for the result, in pixels of the upright original."""
    height, width = picture.pixels.shape[:2]
    fx, fy = picture.width / width, picture.height / height
    left, top = round(piece.x * fx), round(piece.y * fy)
    right = max(left + 1, round((piece.x + piece.mask.shape[1]) * fx))
    bottom = max(top + 1, round((piece.y + piece.mask.shape[0]) * fy))
    mask = resized(piece.mask, (right - left, bottom - top))
    x, y, w, h = cv2.boundingRect(mask.astype("uint8"))
    return {
        "label": label,
        "score": round(piece.score, 4),
        "bbox": [left + x, top + y, w, h],
        "area": int(mask.sum()),
        "rle": sdk.encode_mask(mask, (picture.height, picture.width), (left, top)),
    }
