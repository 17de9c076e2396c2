"""find_all: everything like the examples."""

import json

import numpy as np
import pytest

from tests.plugins.segment import scenes
from tests.plugins.segment.scenes import found_and_false
from tests.real_inputs import REAL_INPUTS, needs_real_inputs

SMALL = {"grid": (4, 2), "cell": 80, "sizes": (44, 56)}


def example(box, role="positive", label=""):
    return {"bbox": box, "role": role, "label": label}


def find(run, masks, scene, boxes, **params):
    result = run("find_all", scene.image, boxes=boxes, **params)
    return found_and_false(masks(result), scene.masks)


def test_one_example_finds_all_and_no_lookalike(run, masks):
    scene = scenes.scene("coin", 1, **SMALL)
    assert scene.others
    found = find(run, masks, scene, [example(scene.boxes[3])])
    assert found == (len(scene.masks), 0)


@pytest.mark.slow
def test_things_on_the_ground_of_another_light_are_found(run, masks):
    scene = scenes.scene("cap", 2, texture="wood", lighting=0.8, **SMALL)
    assert find(run, masks, scene, scene.boxes[:1]) == (len(scene.masks), 0)


@pytest.mark.slow
def test_turned_things_are_found_unless_only_upright_ones_are_wanted(run, masks):
    scene = scenes.scene("seed", 5, turns=0, others=(), grid=(3, 1), cell=80)
    image = scene.image.copy()
    image[:80, -80:] = np.rot90(image[:80, 15:95])  # the first one, lying
    turned = scenes.Scene(image, scene.masks[:2])
    upright = find(run, masks, turned, scene.boxes[:1], rotation="upright")
    assert upright[0] == 2
    any_way = find(run, masks, turned, scene.boxes[:1])
    assert sum(any_way) > sum(upright)


def test_things_that_touch_each_other_are_told_apart(run, masks):
    scene = scenes.scene("coin", 2, sizes=(58, 60), cell=60, jitter=0, others=(), grid=(4, 2))
    assert find(run, masks, scene, scene.boxes[2:3]) == (8, 0)


def test_sizes_beyond_the_variation_are_left_out(run, masks):
    small = scenes.scene("coin", 7, sizes=(24, 24), grid=(3, 1), cell=70, others=())
    large = scenes.scene("coin", 7, sizes=(60, 60), grid=(3, 1), cell=70, others=())
    image = np.vstack([small.image, large.image])
    pad = np.zeros_like(small.masks[0])
    scene = scenes.Scene(image, [np.vstack([pad, mask]) for mask in large.masks])
    assert find(run, masks, scene, scene.boxes[:1], size_variation=1.3) == (3, 0)


@pytest.fixture(scope="module")
def two_colours():
    """Red caps, and yellowish ones as others."""
    red = scenes.scene("cap", 3, grid=(3, 2), cell=80, others=())
    other = scenes.scene("cap", 4, grid=(3, 2), cell=80, others=(), colour=(60, 150, 200))
    right = [np.hstack([np.zeros_like(mask), mask]) for mask in other.masks]
    left = [np.hstack([mask, np.zeros_like(mask)]) for mask in red.masks]
    return scenes.Scene(np.hstack([red.image, other.image]), left, right)


@pytest.mark.slow
@pytest.mark.parametrize("as_role", [True, False])
def test_what_looks_more_like_a_negative_example_is_left_out(run, masks, two_colours, as_role):
    scene = two_colours
    wanted, unwanted = scene.boxes[0], scene.other_boxes[0]
    if as_role:
        boxes, params = [example(wanted), example(unwanted, "negative")], {}
    else:
        boxes, params = [wanted], {"negative_boxes": [unwanted]}
    assert find(run, masks, scene, boxes, threshold=0.3, size_variation=1.3, **params)[1] == 0
    alone = find(run, masks, scene, [wanted], threshold=0.3, size_variation=1.3)
    assert alone[1] > 0


@pytest.mark.slow
def test_two_examples_find_both_kinds(run, masks, two_colours):
    both = scenes.Scene(two_colours.image, two_colours.masks + two_colours.others)
    boxes = [both.boxes[0], both.boxes[6]]
    assert find(run, masks, both, boxes, size_variation=1.3) == (12, 0)


def test_best_come_first_and_no_more_than_wanted(run):
    scene = scenes.scene("coin", 1, **SMALL)
    result = run("find_all", scene.image, boxes=scene.boxes[:1], limit=3)
    scores = [one["score"] for one in result["masks"]]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1.0


@pytest.mark.slow
def test_finds_are_named_as_the_example_or_the_text(run):
    scene = scenes.scene("coin", 1, grid=(2, 1), cell=80, others=())
    labelled = [example(scene.boxes[0], label="penny")]
    for boxes, text, name in (
        (labelled, "coin", "penny"), (scene.boxes[:1], "coin", "coin"),
        (scene.boxes[:1], "", "object"),
    ):  # fmt: skip
        result = run("find_all", scene.image, boxes=boxes, text=text)
        assert {one["label"] for one in result["masks"]} == {name}


@needs_real_inputs
@pytest.mark.slow
@pytest.mark.parametrize("which", range(24))
def test_any_coin_finds_all_24_coins(run, masks, which):
    folder = REAL_INPUTS / "segment"
    boxes = json.loads((folder / "coins.json").read_text())["boxes"]
    result = run("find_all", folder / "coins.png", boxes=[boxes[which]])
    found = [scenes.box_iou(one["bbox"], box) for one, box in _pairs(result, boxes)]
    assert len(result["masks"]) == len(boxes) == 24
    assert min(found) >= 0.75
    assert len(masks(result)) == 24


def _pairs(result, boxes):
    """Each true box with the find that overlaps it most."""
    for box in boxes:
        yield max(result["masks"], key=lambda one: scenes.box_iou(one["bbox"], box)), box


@pytest.mark.slow
@pytest.mark.parametrize("texture", ["wood", "gravel"])
@pytest.mark.parametrize(
    ("kind", "least"), [("coin", 1.0), ("cap", 1.0), ("seed", 0.9), ("stamp", 0.9)]
)
def test_drawn_scenes_are_found_whole(run, masks, kind, least, texture):
    others = ("triangle", "coin" if kind == "stamp" else "square")
    scene = scenes.scene(kind, 6, texture=texture, others=others, grid=(5, 3), cell=84)
    found, false = find(run, masks, scene, [scene.boxes[8]])
    assert found / len(scene.masks) >= least
    assert found / (found + false) >= 0.9
