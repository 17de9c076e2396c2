"""Finds pieces of text in a picture and reads them with the PP-OCR models.

The models and their order are those of PP-OCR (arXiv:2009.09941): a DB detector
(arXiv:1911.08947), a classifier that tells upright from upside-down text, and a CTC recogniser.
They are included in the `rapidocr` package. Their paths are given explicitly so that rapidocr never
tries to download anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import ocr_ctc
import rapidocr
from ocr_frame import Quad

from plugins_app.sdk.images import ImageArray, as_pixels

_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
_STRIDE = 32  # the detector's input sides are multiples of this
_MARGIN = 24  # plain border, so that text at the very edge is also found
_MAX_BOXES = 4000
_LINE_HEIGHT = 48  # the recogniser's input height, px
_MIN_LINE_WIDTH = 320
_MAX_LINE_WIDTH = 9600
_TALL = 1.5  # height to width of sideways text, or of a single letter
_VERY_TALL = 3.0  # no single letter is this tall
_SURE = 0.9
_FEW_LETTERS = 4
_CLEARLY = 0.2


@dataclass(frozen=True)
class Reading:
    """The text of one crop, its score (0..1) and its clockwise rotation in degrees (`turn`)."""

    text: str
    score: float
    turn: int = 0


def model_paths() -> dict[str, Path]:
    """The model files, by rapidocr's name for the stage."""
    folder = Path(rapidocr.__file__).parent / "models"
    return {stage: folder / name for stage, name in _MODELS.items()}


class Engine:
    """The three models, with one thread each. Loading them takes about a second."""

    def __init__(self) -> None:
        # Two processes with one thread do more work than one process with two.
        cv2.setNumThreads(1)
        params: dict[str, object] = {
            **{f"{stage}.model_path": str(path) for stage, path in model_paths().items()},
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            # Without the arena a page needs 0.3 GB less memory and the same time.
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
        }
        models = rapidocr.RapidOCR(params=params)
        self.detector = models.text_det
        self.detector.postprocess_op.max_candidates = _MAX_BOXES
        self.classifier = models.text_cls
        self.recogniser = models.text_rec
        self._characters: list[str] = models.text_rec.postprocess_op.character

    def warm_up(self) -> None:
        """Run every model once on a blank picture."""
        blank = np.full((64, 320, 3), 255, np.uint8)
        self.detect(blank, 1.0)
        whole = np.array([[0, 0], [320, 0], [320, 64], [0, 64]], np.float32)
        self.read(blank, whole, rotated=True)

    def detect(self, pixels: ImageArray, scale: float) -> list[Quad]:
        """Find text in `pixels` (h, w, 3) uint8 BGR, resized by `scale`.

        Returns (4, 2) float32 quads in pixels of the given picture, clockwise from the top left,
        inside its bounds.
        """
        height, width = pixels.shape[:2]
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        same = size == (width, height)
        padded = _pad(pixels if same else as_pixels(cv2.resize(pixels, size, interpolation=how)))
        network_input = padded.astype(np.float32)
        network_input *= 2.0 / 255.0
        network_input -= 1.0
        heat = self.detector.session(np.ascontiguousarray(network_input.transpose(2, 0, 1)[None]))
        boxes, _ = self.detector.postprocess_op(heat, padded.shape[:2])
        factor = np.array([width / size[0], height / size[1]], dtype=np.float32)
        limit = np.array([width, height], dtype=np.float32)
        quads = [np.clip((np.float32(box) - _MARGIN) * factor, 0, limit) for box in boxes]
        return [quad for quad in quads if min(_sides(quad)) >= 1]

    def read(self, pixels: ImageArray, quad: Quad, rotated: bool) -> Reading:
        """Read one quad of `pixels` (h, w, 3) uint8 BGR.

        With `rotated`, upside-down and sideways text is turned first. If the orientation of a crop
        isn't clear, the reading with the better score is used.
        """
        crop = _crop(pixels, quad)
        height, width = crop.shape[:2]
        if not rotated:
            return self._recognise(crop, 0)
        if height < width * _TALL:
            return self._best_way_up(crop, 0)
        turned = self._best_way_up(_turn(crop, 90), 90)
        if height >= width * _VERY_TALL and turned.score >= _SURE:
            return turned
        return _better(self._recognise(crop, 0), turned)

    def _best_way_up(self, crop: ImageArray, turn: int) -> Reading:
        reading = self._recognise(crop, turn)
        labels = self.classifier([crop]).cls_res or [("0", 0.0)]
        if labels[0][0] != "180":
            return reading
        return _better(reading, self._recognise(_turn(crop, 180), turn + 180))

    def _recognise(self, crop: ImageArray, turn: int) -> Reading:
        height, width = crop.shape[:2]
        wide = min(max(round(_LINE_HEIGHT * width / height), 1), _MAX_LINE_WIDTH)
        how = cv2.INTER_AREA if height > 2 * _LINE_HEIGHT else cv2.INTER_LINEAR
        line = cv2.resize(crop, (wide, _LINE_HEIGHT), interpolation=how).astype(np.float32)
        network_input = np.zeros((1, 3, _LINE_HEIGHT, max(wide, _MIN_LINE_WIDTH)), np.float32)
        network_input[0, :, :, :wide] = line.transpose(2, 0, 1) * (2.0 / 255.0) - 1.0
        # One line at a time: batches aren't faster on a CPU, and a line's text must not depend on
        # the other lines in a batch.
        text, score = ocr_ctc.decode(self.recogniser.session(network_input)[0], self._characters)
        return Reading(text, score, turn)


def _better(reading: Reading, turned: Reading) -> Reading:
    """The better reading. Turned text needs a better score, or a much better one if it is short.

    The recogniser reads some single letters equally well when they are sideways.
    """
    few = min(len(reading.text), len(turned.text)) < _FEW_LETTERS and reading.text
    return turned if turned.score > reading.score + (_CLEARLY if few else 0.0) else reading


def _pad(pixels: ImageArray) -> ImageArray:
    """Add a border in the median colour of the edge, up to multiples of the stride."""
    height, width = pixels.shape[:2]
    bottom = -(height + 2 * _MARGIN) % _STRIDE + _MARGIN
    right = -(width + 2 * _MARGIN) % _STRIDE + _MARGIN
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colour = [float(value) for value in np.median(edge, axis=0)]
    return as_pixels(
        cv2.copyMakeBorder(
            pixels, _MARGIN, bottom, _MARGIN, right, cv2.BORDER_CONSTANT, value=colour
        )
    )


def _sides(quad: Quad) -> tuple[float, float]:
    """Width and height of a quad: the longer side of each opposite pair."""
    width = max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3]))
    height = max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2]))
    return float(width), float(height)


def _crop(pixels: ImageArray, quad: Quad) -> ImageArray:
    """Cut out the quad and straighten it."""
    width, height = (max(1, int(side)) for side in _sides(quad))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(quad, target)
    return as_pixels(
        cv2.warpPerspective(
            pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
    )


def _turn(crop: ImageArray, degrees: int) -> ImageArray:
    """Undo a clockwise rotation of 90 or 180 degrees."""
    return np.ascontiguousarray(np.rot90(crop, degrees // 90))
