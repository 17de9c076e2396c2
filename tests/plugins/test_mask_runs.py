"""Masks by their run lengths, checked against pycocotools and painted masks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from pycocotools import mask as coco

from plugins_app.sdk.mask_runs import spans_of
from plugins_app.sdk.rle import encode_mask

MASKS = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=24))


@given(MASKS)
def test_spans_cover_what_the_mask_covers(mask):
    spans = spans_of(encode_mask(mask), mask.shape)
    columns, x = spans.columns()
    painted = np.zeros_like(mask)
    painted[:, x : x + columns.shape[1]] = columns
    assert (painted == mask).all()
    assert spans.area == mask.sum()


@given(MASKS)
def test_area_and_box_are_those_of_pycocotools(mask):
    rle = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    spans = spans_of({"size": rle["size"], "counts": rle["counts"].decode()})
    assert spans.area == coco.area(rle)
    if mask.any():
        assert spans.bbox() == coco.toBbox(rle).tolist()


@given(st.data())
def test_overlap_is_that_of_the_painted_masks(data):
    a = data.draw(MASKS)
    b = data.draw(arrays(np.bool_, a.shape))
    ours, other = spans_of(encode_mask(a)), spans_of(encode_mask(b))
    assert ours.common(other) == (a & b).sum()
    union = (a | b).sum()
    assert ours.iou(other) == ((a & b).sum() / union if union else 1.0)


def test_runs_may_be_a_list():
    assert spans_of({"size": [2, 3], "counts": [1, 2, 3]}).area == 2


@pytest.mark.parametrize(
    ("rle", "why"),
    [
        (None, "no run lengths"),
        ({"size": [2, 3]}, "damaged"),
        ({"size": [2], "counts": "0"}, "no run lengths"),
        ({"size": [2.5, 3], "counts": "0"}, "no run lengths"),
        ({"size": [-2, -3], "counts": [6]}, "no run lengths"),
        ({"size": [1 << 40, 3], "counts": "0"}, "no run lengths"),
        ({"size": [2, 3], "counts": [7]}, "impossible"),
        ({"size": [2, 3], "counts": [3, -1, 4]}, "impossible"),
        ({"size": [2, 3], "counts": [True, 5]}, "impossible"),
        ({"size": [2, 3], "counts": [1e9]}, "impossible"),
        ({"size": [2, 3], "counts": [2, 2]}, "does not fill"),
        ({"size": [2, 3], "counts": []}, "does not fill"),
        ({"size": [2, 3], "counts": ""}, "does not fill"),
        ({"size": [2, 3], "counts": "P"}, "damaged"),  # says that more follows
        ({"size": [2, 3], "counts": "\x01"}, "damaged"),
        ({"size": [2, 3], "counts": "ü"}, "damaged"),
        ({"size": [2, 3], "counts": "o" * 30 + "0"}, "impossible"),
        ({"size": [3, 2], "counts": [6]}, "2 x 3 pixels"),
    ],
)
def test_what_is_no_mask_of_this_picture_is_refused(rle, why):
    with pytest.raises(ValueError, match=why):
        spans_of(rle, (2, 3))
