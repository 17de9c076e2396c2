"""A YOLO network in onnxruntime: from a picture to boxes, whatever family it is of."""

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

_GREY = 114  # what all families fill the rest of the input with
_DEFAULT_SIDE = 640
_STEP = 32  # sides of inputs of any size are multiples of this
_TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
_CANDIDATES = 3000  # before overlapping ones are removed; the surest
_MOST = 300


class Found(NamedTuple):
    """Detections in one picture, the surest first.

    `boxes` (N, 4) x, y, width, height in its pixels, `scores` (N,), `classes` (N,) numbers.
    """

    boxes: NDArray[np.float64]
    scores: NDArray[np.float64]
    classes: NDArray[np.int64]


@dataclass(frozen=True)
class _Fit:
    """How a picture was put into the input: times `scale`, moved by `left`, `top` pixels."""

    scale: float
    left: int
    top: int


class Detector:
    """One model. Loading it runs it once, which shows the shape of what it gives.

    `labels` are the names of its classes, `digest` is its SHA-256, `side` the longest side, in
    pixels, of the pictures it sees.
    """

    def __init__(self, path: Path) -> None:
        """Load the model. Raises ToolError where it can't be used."""
        self.name = path.stem
        self._session = _session(path)
        inputs = self._session.get_inputs()
        if len(inputs) != 1 or inputs[0].type not in _TYPES or not _is_picture(inputs[0].shape):
            raise ToolError(
                f"The model {self.name} takes {_described(inputs)}; a YOLO model takes one picture"
                " of [1, 3, height, width] floats. Export it again for ONNX without other options."
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
        """Objects in a picture (H, W, 3) uint8 BGR.

        Scores of at least `confidence`; of boxes of one class that overlap by more than `iou`
        only the surest; `classes` are the numbers wanted, None for all.
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
        """The name of a class, or its number where it has none."""
        return self.labels[number] if number < len(self.labels) else str(number)

    def class_numbers(self, wanted: list[str]) -> set[int] | None:
        """Numbers of the classes that are named (or numbered); None for an empty list.

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
                known = ", ".join(self.labels[:80]) or "numbers only, for it brings no names"
                raise ToolError(
                    f"The model {self.name} knows no class {text!r}. It has: {known}.",
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
                f"The model {self.name} is a YOLOX with its boxes decoded inside, which can't be"
                " told from others. Export it without --decode_in_inference."
            )
        if layout.classes and self.labels and layout.classes != len(self.labels):
            raise ToolError(
                f"The model {self.name} tells {layout.classes} classes apart, but there are"
                f" {len(self.labels)} names for them. Correct the file of names beside it."
            )
        return layout

    def _unknown(self, task: str, outputs: list[Array], size: tuple[int, int]) -> ToolError:
        shapes = ", ".join(str(list(output.shape)) for output in outputs)
        return ToolError(
            f"The model {self.name} ({task}) gives {shapes} for a picture of {size[1]}x{size[0]}"
            " pixels, which is no known YOLO layout. Known are YOLOv5 and v7 [1, N, 5+classes],"
            " YOLOv8 to v12 [1, 4+classes, N], YOLOv10 and YOLO26 [1, 300, 6], and YOLOX"
            " [1, N, 5+classes]."
        )

    def _run(self, picture: NDArray[Any]) -> list[Array]:
        try:
            outputs: list[Array] = self._session.run(None, {self._input: picture})
        except Exception as error:  # onnxruntime has no common base class of its errors
            text = str(error).splitlines()[0][:300]
            raise ToolError(f"The model {self.name} can't be run: {text}") from error
        return outputs

    def _letterboxed(self, image: Image, layout: Layout | None = None) -> tuple[NDArray[Any], _Fit]:
        """The picture as the network wants it, (1, 3, h, w), with its shape kept by a border."""
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
    except Exception as error:  # onnxruntime has no common base class of its errors
        why = "the file is not there" if not path.is_file() else "it is no ONNX model it can run"
        raise ToolError(
            f"The model {path.stem} can't be loaded: {why}. Ask the operator to export it again"
            " (ONNX, opset 17 or lower fits all runtimes) and to look at YOLO_MODEL."
        ) from error


def _is_picture(shape: list[Any]) -> bool:
    """[1, 3, H, W] with any batch size that may be 1, numbers or open."""
    if len(shape) != 4 or shape[1] != 3:
        return False
    return shape[0] == 1 or not isinstance(shape[0], int)


def _described(inputs: list[Any]) -> str:
    return ", ".join(f"{one.name} {one.type} {one.shape}" for one in inputs)


def _metadata_sides(metadata: dict[str, str]) -> list[int]:
    """The sizes a model of open input size was trained for, as Ultralytics notes them."""
    try:
        sides = ast.literal_eval(metadata.get("imgsz", "[]"))
        return [side for side in sides if isinstance(side, int) and 32 <= side <= 4096]
    except (ValueError, SyntaxError, TypeError):
        return []


def _apart(rows: Array, iou: float) -> NDArray[np.int64]:
    """Which rows stay when of overlapping ones of a class only the surest does."""
    if not len(rows):
        return np.zeros(0, np.int64)
    boxes = rows[:, :4].copy()
    boxes[:, 2:] -= boxes[:, :2]
    kept = cv2.dnn.NMSBoxesBatched(
        boxes.tolist(), rows[:, 4].tolist(), rows[:, 5].astype(int).tolist(), 0.0, iou
    )
    return np.sort(np.asarray(kept, np.int64).ravel())


def _in_picture(rows: Array, fit: _Fit, width: int, height: int) -> Found:
    """From pixels of the input to those of the picture, cut to it."""
    corners = (rows[:, :4].astype(np.float64) - [fit.left, fit.top] * 2) / fit.scale
    corners = np.clip(corners, 0, [width, height] * 2)
    boxes = np.hstack([corners[:, :2], corners[:, 2:] - corners[:, :2]])
    there = (boxes[:, 2:] > 0).all(axis=1)
    scores = np.clip(rows[:, 4].astype(np.float64), 0, 1)
    return Found(boxes[there], scores[there], rows[there, 5].astype(np.int64))
