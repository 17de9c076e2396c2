"""Loads and checks networks that the operator provides, and prepares their input pictures."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from segment_view import Image, Piece

from plugins_app import sdk

FloatArray = NDArray[np.float32]


def model_path(variable: str) -> Path | None:
    """The file that an environment variable names, or None if it is not set.

    Raises ToolError if there is no such file.
    """
    name = os.environ.get(variable, "").strip()
    if not name:
        return None
    path = Path(name)
    if not path.is_file():
        raise sdk.ToolError(
            f"{variable} names {name}, which is not a file. The operator of this server has to "
            "put the model there or correct the variable."
        )
    return path


def load(variable: str, path: Path) -> onnxruntime.InferenceSession:
    """A network, on one thread. Raises ToolError if onnxruntime can't load it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common base class
        raise sdk.ToolError(
            f"The file that {variable} names is not a network that onnxruntime can load: "
            f"{str(error).splitlines()[0][:300]}"
        ) from error


def check_names(
    variable: str,
    session: onnxruntime.InferenceSession,
    inputs: Sequence[str],
    outputs: Sequence[str],
    profile: str,
) -> None:
    """Raises ToolError unless the network has these inputs and outputs."""
    has_inputs = [one.name for one in session.get_inputs()]
    has_outputs = [one.name for one in session.get_outputs()]
    missing = [name for name in inputs if name not in has_inputs]
    missing += [name for name in outputs if name not in has_outputs]
    if missing:
        raise sdk.ToolError(
            f"The network that {variable} names is not laid out as {profile}: it lacks "
            f"{', '.join(missing)}. Its inputs are {', '.join(has_inputs)}; its outputs are "
            f"{', '.join(has_outputs)}."
        )


def picture_input(
    image: Image, side: int, mean: Sequence[float], std: Sequence[float]
) -> FloatArray:
    """A picture (h, w, 3) BGR as (1, 3, side, side) RGB, stretched, normalised."""
    how = cv2.INTER_AREA if max(image.shape[:2]) > side else cv2.INTER_LINEAR
    small = cv2.resize(image, (side, side), interpolation=how)
    values = small[:, :, ::-1].astype(np.float32) / 255
    values = (values - np.float32(mean)) / np.float32(std)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


def side_of(session: onnxruntime.InferenceSession, name: str, usual: int) -> int:
    """The side of a network's square input picture in pixels, or `usual` if it is open."""
    shape = next(one.shape for one in session.get_inputs() if one.name == name)
    return shape[-1] if isinstance(shape[-1], int) else usual


def piece_of(logits: FloatArray, image: Image, score: float) -> Piece | None:
    """Enlarge logits (h, w) of a whole picture to a mask, cropped to its box. None if it is empty.

    The logits are enlarged, not the mask, so that edges stay smooth.
    """
    height, width = image.shape[:2]
    rows, columns = np.nonzero(logits > 0)
    if not len(rows):
        return None
    # Only the part that can be in the mask is enlarged: a large picture may have many masks.
    fy, fx = height / logits.shape[0], width / logits.shape[1]
    top, bottom = max(0, int(rows.min()) - 2), min(logits.shape[0], int(rows.max()) + 3)
    left, right = max(0, int(columns.min()) - 2), min(logits.shape[1], int(columns.max()) + 3)
    x0, x1, y0, y1 = round(left * fx), round(right * fx), round(top * fy), round(bottom * fy)
    matrix = np.array([[1 / fx, 0, (x0 + 0.5) / fx - 0.5], [0, 1 / fy, (y0 + 0.5) / fy - 0.5]])
    large = cv2.warpAffine(
        np.ascontiguousarray(logits, np.float32),
        matrix,
        (max(1, x1 - x0), max(1, y1 - y0)),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    mask = large > 0
    x, y, w, h = cv2.boundingRect(mask.astype(np.uint8))
    return Piece(x0 + x, y0 + y, mask[y : y + h, x : x + w], score) if w and h else None


def sigmoid(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """The logistic function, without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values.astype(np.float64))))
