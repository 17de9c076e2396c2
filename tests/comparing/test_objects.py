"""Boxes, masks and codes of two results, put side by side."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins_app.outputs.pixels.compare import compare_documents
from plugins_app.outputs.pixels.matching import pairs
from plugins_app.sdk.masks import encode_mask


def box(x, y, w=20, h=20, label="coin", score=0.9):
    return {"label": label, "score": score, "bbox": [x, y, w, h]}


def compared(a, b, name="detections"):
    return compare_documents({name: a}, {name: b})


def states(found):
    return [thing["state"] for thing in found["things"]]


def test_each_state():
    before = [box(0, 0), box(100, 0), box(200, 0), box(300, 0)]
    after = [box(0, 0), box(105, 3), box(200, 0, label="cup"), box(500, 0)]
    found = compared(before, after)
    assert states(found) == ["same", "moved", "changed", "gone", "new"]
    assert found["counts"] == dict.fromkeys(["same", "moved", "changed", "gone", "new"], 1)
    moved = found["things"][1]
    assert moved["shift"] == [5, 3]
    assert 0.3 < moved["iou"] < 1
    changed = found["things"][2]
    assert (changed["before"]["label"], changed["after"]["label"]) == ("coin", "cup")
    assert found["things"][4]["after"]["number"] == 4


def test_scores_are_told_and_make_no_change():
    (thing,) = compared([box(0, 0, score=0.5)], [box(0, 0, score=0.7)])["things"]
    assert thing["state"] == "same"
    assert (thing["before"]["score"], thing["after"]["score"]) == (0.5, 0.7)


def test_a_pixel_is_no_move_however_small_the_box():
    assert states(compared([box(5, 5, 3, 3)], [box(6, 5, 3, 3)])) == ["same"]


def test_things_of_one_label_go_together():
    before = [box(0, 0, label="cat"), box(4, 0, label="dog")]
    after = [box(4, 0, label="cat"), box(0, 0, label="dog")]
    found = compared(before, after)
    assert all(thing["before"]["label"] == thing["after"]["label"] for thing in found["things"])


def test_the_most_overlap_in_all_wins_over_the_best_single_pair():
    # The middle box of the second overlaps the first one most, but then the other has none.
    before = [box(0, 0, 10, 10), box(4, 0, 10, 10)]
    after = [box(3, 0, 10, 10), box(8, 0, 10, 10)]
    assert "gone" not in states(compared(before, after))


@given(st.data())
def test_pairs_have_the_most_gain(data):
    rows, columns = data.draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    values = st.lists(st.sampled_from([0, 0.1, 0.4, 0.5, 0.9, 1]), min_size=16, max_size=16)
    gain = np.array(data.draw(values))[: rows * columns].reshape(rows, columns)
    got = pairs(gain, gain > 0.3)
    assert len({row for row, _ in got}) == len({column for _, column in got}) == len(got)
    assert all(gain[pair] > 0.3 for pair in got)
    wide = gain if rows <= columns else gain.T
    least, most = sorted((rows, columns))
    best = max(
        sum(wide[n, column] for n, column in enumerate(order) if wide[n, column] > 0.3)
        for order in itertools.permutations(range(most), least)
    )
    # Unmatched things cost something, so more pairs may be preferred to a little more gain.
    assert sum(gain[pair] for pair in got) >= best - 0.5 * least


def mask(x, y, w, h, **more):
    painted = np.zeros((60, 80), bool)
    painted[y : y + h, x : x + w] = True
    return {"label": "coin", "score": 1, "bbox": [x, y, w, h], "rle": encode_mask(painted), **more}


def test_masks_are_compared_by_what_they_cover():
    cross = mask(10, 10, 20, 20)
    painted = np.zeros((60, 80), bool)
    painted[10:30, 10:20] = True  # the left half, under the same box
    half = {**cross, "rle": encode_mask(painted)}
    (thing,) = compared([cross], [half], "masks")["things"]
    assert (thing["state"], thing["iou"]) == ("moved", 0.5)
    assert states(compared([cross], [cross], "masks")) == ["same"]


def test_masks_and_boxes_of_two_tools_are_compared_by_boxes():
    found = compare_documents({"masks": [mask(10, 10, 20, 20)]}, {"detections": [box(10, 10)]})
    assert (found["kind"], states(found)) == ("detections", ["same"])


def code(x, text, kind="QR"):
    return {"format": kind, "text": text, "polygon": [[x, 0], [x + 9, 0], [x + 9, 9], [x, 9]]}


def test_codes_are_known_by_format_and_text_wherever_they_are():
    found = compared(
        [code(0, "a"), code(50, "b"), code(100, "c"), code(150, "a")],
        [code(150, "a"), code(0, "a"), code(90, "b"), code(100, "c", "EAN13")],
        "codes",
    )
    assert states(found) == ["same", "moved", "gone", "same", "new"]


@pytest.mark.parametrize(
    "bad",
    [
        None, 5, "x", {}, {"bbox": [1, 2]}, {"bbox": [float("nan"), 0, 1, 1]}, {"bbox": None},
        {"polygon": [[0, 0]] * 5000}, {"rle": {"size": [9, 9], "counts": "zz"}},
        {"polygon": [[0, 0], [1], [2, 2]]},
    ],
)  # fmt: skip
def test_what_has_no_place_is_left_out_and_counted(bad):
    for name in ("detections", "masks", "codes"):
        found = compared([bad], [box(0, 0)], name)
        assert (states(found), found["left_out"]) == (["new"], 1)


def test_more_than_a_thousand_are_not_compared():
    many = [box(30 * n, 0) for n in range(1200)]
    found = compared(many, many)
    assert found["counts"]["same"] == 1000
    assert found["left_out"] == 400


def test_boxes_without_an_area_are_things_too():
    assert states(compared([box(3, 3, 0, 0)], [box(3, 3, 0, 0)])) == ["same"]
