"""at_points: one mask for the thing under the points."""

import cv2
import numpy as np
import pytest

from tests.plugins.segment import scenes

RED, DARK = (60, 90, 190), (55, 55, 60)


def point(x, y, role="segment"):
    return {"point": [x, y], "role": role, "label": ""}


@pytest.mark.parametrize(("kind", "texture"), [("blob", "gravel")])
def test_the_mask_follows_the_thing_under_the_point(run, masks, kind, texture):
    scene = scenes.one_thing(kind, texture, RED)
    (mask,) = masks(run("at_points", scene.image, points=[point(160, 130)]))
    assert scenes.mask_iou(mask, scene.masks[0]) >= 0.9


@pytest.mark.slow
def test_masks_are_good_on_every_ground(run, masks):
    overlaps = []
    for texture in ("noise", "wood", "gravel"):
        for kind in ("coin", "star", "blob"):
            scene = scenes.one_thing(kind, texture, DARK)
            (mask,) = masks(run("at_points", scene.image, points=[point(160, 130)]))
            overlaps.append(scenes.mask_iou(mask, scene.masks[0]))
    assert min(overlaps) >= 0.9


@pytest.fixture
def two_halves():
    """A red and a green half disc that touch, on grey, with the red one's mask."""
    image = np.full((200, 260, 3), 150, np.uint8)
    cv2.ellipse(image, (130, 100), (70, 70), 0, 90, 270, (60, 60, 200), -1)
    red = image[:, :, 2] == 200
    cv2.ellipse(image, (130, 100), (70, 70), 0, -90, 89, (60, 160, 60), -1)
    return image, red & (image[:, :, 2] == 200), image[:, :, 0] == 60


@pytest.mark.slow
def test_two_points_take_both_parts_of_a_thing(run, masks, two_halves):
    image, _, whole = two_halves
    (mask,) = masks(run("at_points", image, points=[point(100, 100), point(160, 100)]))
    assert scenes.mask_iou(mask, whole) >= 0.9


@pytest.mark.parametrize(
    "beside", [point(160, 100, "negative"), {"point": [160, 100], "positive": False}]
)
def test_a_negative_point_leaves_its_part_out(run, masks, two_halves, beside):
    image, red, _ = two_halves
    (mask,) = masks(run("at_points", image, points=[{"point": [100, 100]}, beside]))
    assert not mask[100, 160]
    assert scenes.mask_iou(mask, red) >= 0.9


def test_points_on_the_lower_right_edge_are_in_the_picture(run, masks):
    image = np.full((60, 80, 3), 150, np.uint8)
    image[30:, 40:] = (40, 40, 200)
    (mask,) = masks(run("at_points", image, points=[point(80, 60)]))
    assert mask[59, 79]
