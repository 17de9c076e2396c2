"""SAM 3 (arXiv:2511.16719) as one network in ONNX: all things that words or example boxes mean.

The layout is that of Hugging Face's `Sam3Model`: `pixel_values` or `images` (1, 3, 1008, 1008),
`input_ids` (1, n), and if the export has them `attention_mask` (1, n), `input_boxes` (1, m, 4;
centre, width and height, 0..1) and `input_boxes_labels` (1, m; 1 like this, 0 not) ->
`pred_masks` (1, q, h, w) as logits, `pred_logits` (1, q), and optionally `presence_logits` (1, 1):
whether the thing is in the picture at all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from segment_onnx import check_names, load, model_path, picture_input, piece_of, side_of, sigmoid
from segment_prompts import Box
from segment_view import Image, Piece
from segment_words import Words

from plugins_app import sdk

MODEL, TOKENIZER = "SEGMENT_SAM3_MODEL", "SEGMENT_SAM3_TOKENIZER"
_PICTURES = ("pixel_values", "images")
_LENGTH = 32
_NO_WORDS = "visual"  # the text used in training when only boxes are given


def configured() -> bool:
    """Whether the operator has named the network."""
    return model_path(MODEL) is not None


class Sam3:
    """The loaded network. `digest` is that of its file. Raises ToolError."""

    def __init__(self) -> None:
        path = model_path(MODEL)
        if path is None:
            raise sdk.ToolError(
                f"This server has no SAM 3 model: its operator must set {MODEL} to an ONNX "
                "export in one file. Use backend opencv with an example box, which needs no model."
            )
        self._session = load(MODEL, path)
        self._inputs = {one.name: one for one in self._session.get_inputs()}
        pictures = [name for name in _PICTURES if name in self._inputs]
        self._picture = pictures[0] if pictures else _PICTURES[0]
        needed = [self._picture, "input_ids"]
        check_names(MODEL, self._session, needed, ["pred_masks", "pred_logits"], "SAM 3")
        self._outputs = [one.name for one in self._session.get_outputs()]
        self._words = Words(model_path(TOKENIZER) or path.with_name("tokenizer.json"))
        self._side = side_of(self._session, self._picture, 1008)
        self.digest = sdk.file_digest(path)

    @property
    def takes_boxes(self) -> bool:
        """Whether the export has an input for example boxes."""
        return "input_boxes" in self._inputs

    def find(
        self,
        image: Image,
        text: str,
        wanted: Sequence[Box],
        unwanted: Sequence[Box],
        threshold: float,
    ) -> list[Piece]:
        """All things matching words and boxes with scores of at least `threshold`, best first."""
        boxes = [*wanted, *unwanted]
        if boxes and not self.takes_boxes:
            raise sdk.ToolError(
                f"The network that {MODEL} names takes no example boxes (it has no input "
                "input_boxes). Describe the things in words, or use backend opencv."
            )
        length = self._inputs["input_ids"].shape[-1]
        length = length if isinstance(length, int) else _LENGTH
        ids, counts = self._words.encode(text or _NO_WORDS, length)
        height, width = image.shape[:2]
        middles = [
            [(x + w / 2) / width, (y + h / 2) / height, w / width, h / height]
            for x, y, w, h in boxes or [(0.0, 0.0, 0.0, 0.0)]
        ]
        labels = [1] * len(wanted) + [0] * len(unwanted) or [-10]  # -10 means there is no box
        given = {
            self._picture: picture_input(image, self._side, (0.5,) * 3, (0.5,) * 3),
            "input_ids": np.array([ids]),
            "attention_mask": np.array([counts]),
            "input_boxes": np.array([middles], np.float32),
            "input_boxes_labels": np.array([labels]),
        }
        return self._pieces(image, self._run(given), threshold)

    def _run(self, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        unknown = [name for name in self._inputs if name not in given]
        if unknown:
            raise sdk.ToolError(
                f"The network that {MODEL} names has unknown inputs: "
                f"{', '.join(unknown)}. Known are {', '.join(given)}."
            )
        types = {"tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(bool)": np.bool_}
        ready = {
            name: given[name].astype(types.get(one.type, np.float32))
            for name, one in self._inputs.items()
        }
        found = self._session.run(self._outputs, ready)
        return dict(zip(self._outputs, found, strict=True))

    def _pieces(self, image: Image, found: dict[str, np.ndarray], threshold: float) -> list[Piece]:
        scores = sigmoid(found["pred_logits"].reshape(-1))
        if "presence_logits" in found:
            scores = scores * float(sigmoid(found["presence_logits"].reshape(-1))[0])
        masks = found["pred_masks"]
        masks = masks.reshape(-1, *masks.shape[-2:])
        if len(scores) != len(masks):
            raise sdk.ToolError(
                f"The network that {MODEL} names gives {len(masks)} masks and {len(scores)} "
                "scores for them: it is not laid out as SAM 3."
            )
        order = [int(n) for n in np.argsort(-scores, kind="stable") if scores[n] >= threshold]
        pieces = (piece_of(masks[n], image, float(scores[n])) for n in order)
        return [piece for piece in pieces if piece is not None]
