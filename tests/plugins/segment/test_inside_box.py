"""inside_box: one mask for each box."""

import cv2
import numpy as np
import pytest

from tests.plugins.segment import scenes

RED, DARK, PALE = (60, 90, 190), (55, 55, 60), (225, 230, 232)


def boxes(*some):
    return [{"bbox": box, "role": "segment", "label": ""} for box in some]


@pytest.mark.parametrize(
    ("kind", "texture", "colour"),
    [
        ("coin", "noise", PALE),
        ("star", "cloth", RED),
        ("blob", "gravel", DARK),
        ("screw", "plain", RED),
        ("triangle", "wood", PALE),
    ],
)
def test_the_mask_follows_the_thing(run, masks, kind, texture, colour):
    scene = scenes.one_thing(kind, texture, colour)
    (mask,) = masks(run("inside_box", scene.image, boxes=boxes(scene.boxes[0])))
    assert scenes.mask_iou(mask, scene.masks[0]) >= 0.9


@pytest.mark.slow
@pytest.mark.parametrize("texture", ["plain", "noise", "cloth", "wood", "gravel"])
def test_masks_are_good_on_every_ground(run, masks, texture):
    overlaps = []
    for kind in ("coin", "star", "blob", "triangle", "square", "screw", "seed"):
        for colour in (RED, DARK):
            size = 40 if colour == DARK else 120
            scene = scenes.one_thing(kind, texture, colour, size)
            (mask,) = masks(run("inside_box", scene.image, boxes=scene.boxes))
            overlaps.append(scenes.mask_iou(mask, scene.masks[0]))
    assert np.mean(overlaps) >= 0.95
    assert np.mean(np.array(overlaps) >= 0.9) >= 0.9


@pytest.mark.slow
def test_a_neighbour_of_the_same_kind_is_not_taken_for_background(run, masks):
    scene = scenes.scene("coin", 3, sizes=(56, 60), cell=64, grid=(3, 3), others=())
    found = masks(run("inside_box", scene.image, boxes=scene.boxes))
    assert min(map(scenes.mask_iou, found, scene.masks)) >= 0.9


def test_each_box_gets_its_mask_and_label_in_the_order_of_the_boxes(run, masks):
    scene = scenes.scene("coin", 2, grid=(2, 1), others=())
    given = [
        {"bbox": box, "role": "segment", "label": name}
        for box, name in zip(scene.boxes, ("left", "right"), strict=True)
    ]
    result = run("inside_box", scene.image, boxes=given)
    assert [one["label"] for one in result["masks"]] == ["left", "right"]
    assert min(map(scenes.mask_iou, masks(result), scene.masks)) >= 0.9


def test_plain_boxes_of_the_parameter_are_the_same(run):
    scene = scenes.one_thing("coin", "noise", RED)
    plain = run("default", scene.image, boxes=scene.boxes)
    drawn = run("inside_box", scene.image, boxes=boxes(*scene.boxes))
    assert plain == drawn
    assert plain["backend"] == "opencv"


@pytest.mark.slow
def test_a_box_around_the_whole_picture_still_finds_the_thing(run, masks):
    scene = scenes.one_thing("coin", "plain", RED, size=200)
    (mask,) = masks(run("inside_box", scene.image, boxes=[[0, 0, 320, 260]]))
    assert scenes.mask_iou(mask, scene.masks[0]) >= 0.9


def test_where_nothing_stands_out_the_mask_is_what_fills_the_box(run, masks):
    (mask,) = masks(
        run("inside_box", np.full((80, 90, 3), 128, np.uint8), boxes=[[20, 20, 40, 30]])
    )
    assert mask.sum() == pytest.approx(np.pi / 4 * 40 * 30, rel=0.05)


@pytest.mark.slow
def test_a_large_picture_is_cut_in_its_own_pixels(run, masks):
    image = np.full((4000, 6500, 3), 150, np.uint8)  # more than what is worked on
    cv2.circle(image, (3000, 2000), 500, (40, 40, 200), -1)
    result = run("inside_box", image, boxes=[[2490, 1490, 1020, 1020]])
    assert (result["width"], result["height"]) == (6500, 4000)
    assert masks(result)[0].sum() == pytest.approx(np.pi * 500**2, rel=0.03)


@pytest.mark.slow
def test_many_boxes_are_done(run):
    scene = scenes.one_thing("coin", "plain", RED, size=60)
    result = run("inside_box", scene.image, boxes=[[140 + n % 9, 110, 40, 40] for n in range(101)])
    assert len(result["masks"]) == 101
