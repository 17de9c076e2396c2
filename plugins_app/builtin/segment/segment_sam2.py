"""SAM 2 (arXiv:2408.00714) as an encoder and a decoder in ONNX: masks from boxes and points.

The layout is the one that samexporter and most others write. Encoder: `image` (1, 3, 1024, 1024)
-> `high_res_feats_0`, `high_res_feats_1`, `image_embed`. Decoder: these, `point_coords` (1, n, 2)
in pixels of the 1024 picture, `point_labels` (1, n; 1 on the thing, 0 not, 2 and 3 the corners of
a box), `mask_input`, `has_mask_input` -> `masks` (1, m, h, w) as logits, `iou_predictions` (1, m).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from segment_onnx import (
    FloatArray,
    check_names,
    load,
    model_path,
    picture_input,
    piece_of,
    side_of,
)
from segment_prompts import Box, Point
from segment_view import Image, Piece

from plugins_app import sdk

ENCODER, DECODER = "SEGMENT_SAM2_ENCODER", "SEGMENT_SAM2_DECODER"
FEATURES = ("high_res_feats_0", "high_res_feats_1", "image_embed")
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's, of RGB 0..1


def configured() -> bool:
    """Whether the operator has named both networks."""
    return model_path(ENCODER) is not None and model_path(DECODER) is not None


class Sam2:
    """The two loaded networks. `digest` is that of their files. Raises ToolError."""

    def __init__(self) -> None:
        paths = [model_path(variable) for variable in (ENCODER, DECODER)]
        if None in paths:
            raise sdk.ToolError(
                f"This server has no SAM 2 model: its operator must set {ENCODER} and {DECODER} "
                "to the two files of an ONNX export. Use backend opencv, which needs no model."
            )
        encoder, decoder = (path for path in paths if path is not None)
        self._encoder = load(ENCODER, encoder)
        self._decoder = load(DECODER, decoder)
        check_names(ENCODER, self._encoder, ["image"], FEATURES, "a SAM 2 encoder")
        prompts = ["point_coords", "point_labels", "mask_input", "has_mask_input"]
        outputs = ["masks", "iou_predictions"]
        check_names(DECODER, self._decoder, [*FEATURES, *prompts], outputs, "a SAM 2 decoder")
        digests = sdk.file_digest(encoder) + sdk.file_digest(decoder)
        self.digest = hashlib.sha256(digests.encode()).hexdigest()
        self._side = side_of(self._encoder, "image", 1024)

    def look(self, image: Image) -> dict[str, FloatArray]:
        """The features of a picture (h, w, 3) BGR. This is slow, but only done once per picture."""
        given = {"image": picture_input(image, self._side, _MEAN, _STD)}
        found = self._encoder.run(list(FEATURES), given)
        return dict(zip(FEATURES, found, strict=True))

    def in_box(self, image: Image, features: dict[str, FloatArray], box: Box) -> Piece | None:
        """The thing in a box, or None if the network finds nothing."""
        x, y, w, h = box
        return self._decode(image, features, [(x, y), (x + w, y + h)], [2, 3])

    def at_points(
        self,
        image: Image,
        features: dict[str, FloatArray],
        positive: Sequence[Point],
        negative: Sequence[Point],
    ) -> Piece | None:
        """The thing under the positive points, or None if the network finds nothing."""
        labels = [1] * len(positive) + [0] * len(negative)
        return self._decode(image, features, [*positive, *negative], labels)

    def _decode(
        self,
        image: Image,
        features: dict[str, FloatArray],
        points: Sequence[Point],
        labels: Sequence[int],
    ) -> Piece | None:
        height, width = image.shape[:2]
        scale = np.array([self._side / width, self._side / height], np.float32)
        low = self._side // 4
        given = {
            **features,
            "point_coords": (np.asarray(points, np.float32) * scale)[None],
            "point_labels": np.asarray(labels, np.float32)[None],
            "mask_input": np.zeros((1, 1, low, low), np.float32),
            "has_mask_input": np.zeros(1, np.float32),
            "orig_im_size": np.array([self._side, self._side]),
        }
        kinds = {one.name: one.type for one in self._decoder.get_inputs()}
        types = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
        ready = {n: given[n].astype(types.get(k, np.float32)) for n, k in kinds.items()}
        masks, scores = self._decoder.run(["masks", "iou_predictions"], ready)
        best = int(np.argmax(scores[0]))
        return piece_of(masks[0, best], image, float(np.clip(scores[0, best], 0, 1)))
