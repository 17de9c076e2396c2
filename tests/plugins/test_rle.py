"""Run lengths of masks are the ones that pycocotools writes and reads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as coco

from plugins_app import sdk

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


@pytest.mark.parametrize("counts", ["", "1", "o", "11111111", [5, 2], [7, -1]])
def test_run_lengths_that_do_not_fit_are_refused(counts):
    with pytest.raises(ValueError, match="run lengths"):
        sdk.decode_mask({"size": [2, 3], "counts": counts})


def test_a_picture_is_no_mask():
    with pytest.raises(ValueError, match="two dimensions"):
        sdk.encode_mask(np.zeros((4, 4, 3)))
