"""Reads printed text in images: tool `extract_text`."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import ocr_search
from ocr_engine import Engine, Reading, model_paths
from ocr_frame import Frame, Quad
from ocr_reading_order import reading_order

from plugins_app import sdk
from plugins_app.sdk.images import ImageArray


class Plugin:
    """The built-in OCR plugin. Models are loaded once and stay loaded."""

    model_digest = ""

    def __init__(self) -> None:
        self._engine: Engine | None = None

    def on_load(self) -> None:
        """Load the models and run them once, because the first run is slower than later ones."""
        self._loaded()

    def _loaded(self) -> Engine:
        if self._engine is None:
            self._engine = Engine()
            self._engine.warm_up()
            digests = "".join(sdk.file_digest(path) for path in model_paths().values())
            self.model_digest = hashlib.sha256(digests.encode()).hexdigest()
        return self._engine

    def run_tool(self, tool_name: str, args: dict[str, Any]) -> dict[str, Any]:
        """Run `extract_text` on an image: args["image_path"] or args["image_bytes"].

        Returns {"text", "lines", "width", "height"} and, for a TIFF of several pages,
        "pages" (the first one is read). A line is {"text", "score" 0..1, "bbox" [x, y, w, h],
        "polygon" [[x, y] * 4]} in pixels of the upright image; its polygon runs clockwise
        from where the text starts. Raises ToolError for an unknown tool and for images that
        can't be read.
        """
        if tool_name not in ("extract_text", "default", "analyze"):
            raise sdk.ToolError(f"The OCR plugin has no tool '{tool_name}'. It has extract_text.")
        picture = sdk.load_input(args)
        good = self._pieces(picture.pixels, args)
        height, width = picture.pixels.shape[:2]
        factor = np.array([picture.width / width, picture.height / height], np.float32)
        result = _arrange(
            [quad * factor for quad, _ in good],
            [reading for _, reading in good],
            bool(args.get("reading_order", True)),
            (picture.width, picture.height),
        )
        result |= {"width": picture.width, "height": picture.height}
        if picture.pages > 1:
            result["pages"] = picture.pages
        return result

    def _pieces(self, pixels: ImageArray, args: dict[str, Any]) -> list[tuple[Quad, Reading]]:
        """Find and read the text, leaving out pieces with a low score."""
        engine = self._loaded()
        max_side = int(args.get("max_side", 1920))
        upscale = bool(args.get("upscale_small_text", True))
        quads = ocr_search.find_text(pixels, engine.detect, max_side, upscale)
        rotated = bool(args.get("rotated_text", True))
        readings = []
        for number, quad in enumerate(quads):
            sdk.progress(number, len(quads), "reading")
            readings.append(engine.read(pixels, quad, rotated))
        lowest = float(args.get("min_score", 0.5))
        return [
            (quad, reading)
            for quad, reading in zip(quads, readings, strict=True)
            if reading.text and reading.score >= lowest
        ]


def _arrange(
    quads: list[Quad], readings: list[Reading], columns: bool, size: tuple[int, int]
) -> dict[str, Any]:
    """Arrange pieces of text as lines in reading order, with a blank line between blocks."""
    turns = [reading.turn for reading in readings]
    lines: list[dict[str, Any]] = []
    paragraphs = []
    for block in reading_order(quads, turns, columns):
        texts = []
        for row in block:
            text = " ".join(readings[n].text for n in row)
            polygon = _polygon([quads[n] for n in row], [turns[n] for n in row], size)
            lines.append({"text": text, "score": _score([readings[n] for n in row]), **polygon})
            texts.append(text)
        paragraphs.append("\n".join(texts))
    return {"text": "\n\n".join(paragraphs), "lines": lines}


def _score(readings: list[Reading]) -> float:
    """The mean score, weighted by the number of letters."""
    letters = [len(reading.text) for reading in readings]
    total = sum(n * reading.score for n, reading in zip(letters, readings, strict=True))
    return round(total / sum(letters), 4)


def _polygon(quads: list[Quad], turns: list[int], size: tuple[int, int]) -> dict[str, Any]:
    """Outline and bounding box of the pieces of one line, in pixels, clipped to the image."""
    if len(quads) == 1:
        points = np.roll(quads[0], -(turns[0] // 90), axis=0)
    else:
        points = Frame.of(quads, turns).around(quads)
    points = np.clip(points, 0, np.array(size, np.float32))
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return {
        "bbox": [_tenth(value) for value in (x0, y0, x1 - x0, y1 - y0)],
        "polygon": [[_tenth(x), _tenth(y)] for x, y in points],
    }


def _tenth(value: float) -> float:
    return round(float(value), 1)
