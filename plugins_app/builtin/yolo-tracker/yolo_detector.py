"""Runs a YOLO network of any known family in onnxruntime: from a picture to boxes."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from yolo_files import labels_of
from yolo_layouts import Array, Layout, UnknownLayout, decode, recognise

from plugins_app.sdk import ToolError, file_digest

Image = NDArray[np.uint8]

_GREY = 114  # the colour with which all families pad the input
_DEFAULT_SIDE = 640
_STEP = 32  # if the input size is open, its sides are multiples of this
_TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
_CANDIDATES = 3000  # the ones with the highest scores, before overlapping ones are removed
_MOST = 300


class Found(NamedTuple):
    """Detections in one picture, highest scores first.

    `boxes` (N, 4) x, y, width, height in pixels, `scores` (N,) 0..1, `classes` (N,) numbers.
    """

    boxes: NDArray[np.float64]
    scores: NDArray[np.float64]
    classes: NDArray[np.int64]


@dataclass(frozen=True)
class _Fit:
    """How a picture was placed in the input: scaled by `scale`, moved by `left`, `top` pixels."""

    scale: float
    left: int
    top: int


class Detector:
    """One model. It is run once when it is loaded, to learn the shape of its output.

    `labels` are the names of its classes, `digest` is its SHA-256, and `side` is the long side in
    pixels of the pictures that it analyses.
    """

    def __init__(self, path: Path) -> None:
        """Load the model. Raises ToolError if it can't be used."""
        self.name = path.stem
        self._session = _session(path)
        inputs = self._session.get_inputs()
        if len(inputs) != 1 or inputs[0].type not in _TYPES or not _is_picture(inputs[0].shape):
            raise ToolError(
                f"The model {self.name} takes {_described(inputs)}, but a YOLO model takes one"
                " picture of [1, 3, height, width] floats. Export it again to ONNX without other"
                " options."
            )
        self._input = inputs[0].name
        self._type: Any = _TYPES[inputs[0].type]
        metadata = self._session.get_modelmeta().custom_metadata_map
        height, width = inputs[0].shape[2:]
        self._fixed = (
            (height, width) if isinstance(height, int) and isinstance(width, int) else None
        )
        self.side = max(self._fixed or _metadata_sides(metadata) or [_DEFAULT_SIDE])
        self.labels = labels_of(path, metadata)
        self._layout = self._recognised(metadata.get("task", "detect"))
        self.digest = file_digest(path)

    def detect(
        self, image: Image, confidence: float, iou: float, classes: set[int] | None = None
    ) -> Found:
        """The objects in a picture, (H, W, 3) uint8 BGR, with scores of at least `confidence`.

        If boxes of one class overlap by more than `iou`, only the one with the highest score is
        kept. `classes` are the numbers to look for, None for all.
        """
        picture, fit = self._letterboxed(image)
        size = (picture.shape[2], picture.shape[3])
        rows = decode(self._run(picture)[0], self._layout, size, confidence)
        if classes is not None:
            rows = rows[np.isin(rows[:, 5].astype(int), list(classes))]
        rows = rows[np.isfinite(rows).all(axis=1)]
        rows = rows[np.argsort(-rows[:, 4], kind="stable")[:_CANDIDATES]]
        rows = rows[_apart(rows, iou)][:_MOST]
        return _in_picture(rows, fit, image.shape[1], image.shape[0])

    def label(self, number: int) -> str:
        """The name of a class, or its number if it has none."""
        return self.labels[number] if number < len(self.labels) else str(number)

    def class_numbers(self, wanted: list[str]) -> set[int] | None:
        """Numbers of the classes given by name or number. None for an empty list.

        Raises ToolError.
        """
        names = [name.casefold() for name in self.labels]
        found = set()
        for text in wanted:
            word = text.strip().casefold()
            if word in names:
                found |= {number for number, name in enumerate(names) if name == word}
            elif word.isdecimal() and (not names or int(word) < len(names)):
                found.add(int(word))
            else:
                known = ", ".join(self.labels[:80]) or "only numbers, because it has no class names"
                raise ToolError(
                    f"The model {self.name} has no class {text!r}. It has: {known}.",
                    reason="invalid_params",
                )
        return found or None

    def _recognised(self, task: str) -> Layout:
        blank = np.full((64, 64, 3), _GREY, np.uint8)
        picture, _fit = self._letterboxed(blank, Layout("", 0))
        outputs = self._run(picture)
        size = (picture.shape[2], picture.shape[3])
        shape = tuple(outputs[0].shape)
        try:
            layout = recognise(shape, size, len(self.labels), task)
        except UnknownLayout as error:
            raise self._unknown(task, outputs, size) from error
        if layout.kind == "x" and np.abs(outputs[0][0, :, 0]).max() > size[1] / 4:
            raise ToolError(
                f"The model {self.name} is a YOLOX model that decodes its boxes itself, which can't"
                " be told apart from other models. Export it without --decode_in_inference."
            )
        if layout.classes and self.labels and layout.classes != len(self.labels):
            raise ToolError(
                f"The model {self.name} has {layout.classes} classes, but there are"
                f" {len(self.labels)} names for them. Correct the file of names beside it."
            )
        return layout

    def _unknown(self, task: str, outputs: list[Array], size: tuple[int, int]) -> ToolError:
        shapes = ", ".join(str(list(output.shape)) for output in outputs)
        return ToolError(
            f"The model {self.name} ({task}) outputs {shapes} for a picture of {size[1]}x{size[0]}"
            " pixels, which is not a known YOLO layout. Known are YOLOv5 and v7 [1, N, 5+classes],"
            " YOLOv8 to v12 [1, 4+classes, N], YOLOv10 and YOLO26 [1, 300, 6], and YOLOX"
            " [1, N, 5+classes]."
        )

    def _run(self, picture: NDArray[Any]) -> list[Array]:
        try:
            outputs: list[Array] = self._session.run(None, {self._input: picture})
        except Exception as error:  # onnxruntime's errors have no common base class
            text = str(error).splitlines()[0][:300]
            raise ToolError(f"The model {self.name} can't be run: {text}") from error
        return outputs

    def _letterboxed(self, image: Image, layout: Layout | None = None) -> tuple[NDArray[Any], _Fit]:
        """The network's input (1, 3, h, w): the picture, padded to keep its aspect ratio."""
        layout = layout or self._layout
        height, width = image.shape[:2]
        if self._fixed:
            high, wide = self._fixed
        else:
            shrink = self.side / max(height, width)
            high, wide = (_STEP * max(1, -int(-side * shrink // _STEP)) for side in (height, width))
        scale = min(high / height, wide / width)
        new = (max(1, round(width * scale)), max(1, round(height * scale)))
        left, top = (0, 0) if layout.top_left else ((wide - new[0]) // 2, (high - new[1]) // 2)
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = image if new == (width, height) else cv2.resize(image, new, interpolation=how)
        canvas = np.full((high, wide, 3), _GREY, np.uint8)
        canvas[top : top + new[1], left : left + new[0]] = small
        if not layout.top_left:
            canvas = cv2.cvtColor(canvas, cv2.COLOR_BGR2RGB)
        divisor = 1.0 if layout.top_left else 255.0
        picture = canvas.transpose(2, 0, 1)[None].astype(np.float32) / np.float32(divisor)
        return np.ascontiguousarray(picture, dtype=self._type), _Fit(scale, left, top)


def _session(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    # Two processes with one thread do more work than one process with two.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common base class
        missing = not path.is_file()
        why = "the file does not exist" if missing else "it is not an ONNX model that can be run"
        raise ToolError(
            f"The model {path.stem} can't be loaded: {why}. Ask the operator to export it again"
            " (ONNX, opset 17 or lower works with all runtimes) and to check YOLO_MODEL."
        ) from error


def _is_picture(shape: list[Any]) -> bool:
    """Whether a shape is [1, 3, H, W], where the batch size, H and W may be open."""
    if len(shape) != 4 or shape[1] != 3:
        return False
    return shape[0] == 1 or not isinstance(shape[0], int)


def _described(inputs: list[Any]) -> str:
    return ", ".join(f"{one.name} {one.type} {one.shape}" for one in inputs)


def _metadata_sides(metadata: dict[str, str]) -> list[int]:
    """The sizes that a model with open input size was trained for, from Ultralytics' metadata."""
    try:
        sides = ast.literal_eval(metadata.get("imgsz", "[]"))
        return [side for side in sides if isinstance(side, int) and 32 <= side <= 4096]
    except (ValueError, SyntaxError, TypeError):
        return []


def _apart(rows: Array, iou: float) -> NDArray[np.int64]:
    """Indices of the rows to keep: of overlapping ones of a class, the one with the top score."""
    if not len(rows):
        return np.zeros(0, np.int64)
    boxes = rows[:, :4].copy()
    boxes[:, 2:] -= boxes[:, :2]
    kept = cv2.dnn.NMSBoxesBatched(
        boxes.tolist(), rows[:, 4].tolist(), rows[:, 5].astype(int).tolist(), 0.0, iou
    )
    return np.sort(np.asarray(kept, np.int64).ravel())


def _in_picture(rows: Array, fit: _Fit, width: int, height: int) -> Found:
    """Convert pixels of the input to pixels of the picture, and clip to it."""
    corners = (rows[:, :4].astype(np.float64) - [fit.left, fit.top] * 2) / fit.scale
    corners = np.clip(corners, 0, [width, height] * 2)
    boxes = np.hstack([corners[:, :2], corners[:, 2:] - corners[:, :2]])
    there = (boxes[:, 2:] > 0).all(axis=1)
    scores = np.clip(rows[:, 4].astype(np.float64), 0, 1)
    return Found(boxes[there], scores[there], rows[there, 5].astype(np.int64))
