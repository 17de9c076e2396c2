"""Masks as run lengths: as pycocotools writes and reads them, and checked before use."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from pycocotools import mask as coco

from plugins_app import sdk
from plugins_app.sdk.masks import encode_mask, run_lengths, spans_of

masks = st.builds(
    lambda h, w, seed, share: np.random.default_rng(seed).random((h, w)) < share,
    st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32),
    st.sampled_from([0, 0.02, 0.5, 0.98, 1]),
)  # fmt: skip


@given(masks)
def test_it_is_what_pycocotools_writes_and_comes_back_the_same(mask):
    theirs = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    ours = sdk.encode_mask(mask)
    assert ours == {"size": list(mask.shape), "counts": theirs["counts"].decode()}
    assert (sdk.decode_mask(ours) == mask).all()


@given(masks, st.integers(-30, 60), st.integers(-30, 60), st.integers(1, 60), st.integers(1, 60))
def test_a_small_mask_in_a_large_picture(mask, x, y, height, width):
    whole = np.zeros((height + 200, width + 200), np.uint8)
    whole[100 + y : 100 + y + mask.shape[0], 100 + x : 100 + x + mask.shape[1]] = mask
    expected = coco.encode(np.asfortranarray(whole[100 : 100 + height, 100 : 100 + width]))
    ours = sdk.encode_mask(mask, (height, width), (x, y))
    assert ours["counts"] == expected["counts"].decode()


def test_long_runs():
    mask = np.zeros((3000, 2000), bool)
    mask[100:2900, 500:1500] = True
    mask[700, 700] = False
    theirs = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    assert sdk.encode_mask(mask)["counts"] == theirs["counts"].decode()
    assert (sdk.decode_mask(sdk.encode_mask(mask)) == mask).all()


def test_a_list_of_runs_is_read_too():
    assert sdk.decode_mask({"size": [2, 3], "counts": [1, 2, 3]}).tolist() == [
        [False, True, False],
        [True, False, False],
    ]


def test_what_pycocotools_writes_is_read_as_it_is():
    mask = np.eye(5, dtype=bool)
    theirs = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    assert isinstance(theirs["counts"], bytes)
    assert (sdk.decode_mask(theirs) == mask).all()
    assert (sdk.decode_mask({**theirs, "size": np.array([5, 5])}) == mask).all()


@given(masks)
def test_runs_are_those_of_the_pixels_down_the_columns(mask):
    runs = run_lengths(encode_mask(mask))
    painted = [pixel for n, run in enumerate(runs) for pixel in [n % 2 == 1] * run]
    assert painted == mask.T.ravel().tolist()


@pytest.mark.parametrize("counts", ["", "1", "o", "11111111", [5, 2], [7, -1]])
def test_run_lengths_that_do_not_fit_are_refused(counts):
    with pytest.raises(ValueError, match=r"^The mask (has|does) .+\.$"):
        sdk.decode_mask({"size": [2, 3], "counts": counts})


def test_a_picture_is_no_mask():
    with pytest.raises(ValueError, match="two dimensions"):
        sdk.encode_mask(np.zeros((4, 4, 3)))


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
        (None, "not run lengths"),
        ({"size": [2, 3]}, "damaged"),
        ({"size": [2], "counts": "0"}, "not run lengths"),
        ({"size": [2.5, 3], "counts": "0"}, "not run lengths"),
        ({"size": [-2, -3], "counts": [6]}, "not run lengths"),
        ({"size": [1 << 40, 3], "counts": "0"}, "not run lengths"),
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
