"""Which family a network is of, told by the shape of what it gives."""

import numpy as np
import pytest

from tests.plugins.yolo_tracker.conftest import PLUGIN  # noqa: F401 - puts the plugin on sys.path

from yolo_layouts import Layout, UnknownLayout, decode, recognise  # isort: skip

SQUARE = (640, 640)


@pytest.mark.parametrize(
    ("shape", "size", "kind", "classes"),
    [
        ((1, 25200, 85), SQUARE, "v5", 80),
        ((1, 25200, 6), SQUARE, "v5", 1),
        ((1, 102000, 85), (1280, 1280), "v5", 80),  # four strides
        ((1, 2535, 85), (416, 416), "v5", 80),  # v3 and v4 tiny: two strides
        ((1, 84, 8400), SQUARE, "v8", 80),
        ((1, 5, 8400), SQUARE, "v8", 1),
        ((1, 84, 5040), (384, 640), "v8", 80),
        ((1, 84, 34000), SQUARE, "v8", 80),  # a head at stride 4
        ((1, 300, 6), SQUARE, "end", 0),
        ((1, 100, 6), (320, 320), "end", 0),
        ((1, 8400, 85), SQUARE, "x", 80),
        ((1, 3549, 6), (416, 416), "x", 1),
    ],
)
def test_families_are_told_apart_by_shape(shape, size, kind, classes):
    layout = recognise(shape, size)
    assert (layout.kind, layout.classes) == (kind, classes)
    assert layout.top_left == (kind == "x")


def test_segmenting_and_pose_models_are_read_without_their_extra_columns():
    assert recognise((1, 116, 8400), SQUARE, 80, "segment") == Layout("v8", 80)
    assert recognise((1, 56, 8400), SQUARE, 1, "pose") == Layout("v8", 1)
    assert recognise((1, 300, 38), SQUARE, 80, "segment") == Layout("end", 0)


@pytest.mark.parametrize(
    ("shape", "names", "task"),
    [
        ((1, 1000), 0, "classify"),
        ((1, 20, 21504), 15, "obb"),
        ((1, 3, 80, 80, 85), 0, "detect"),  # a head each, not put together
        ((1, 8400, 84), 80, "detect"),  # v8, turned round
        ((2, 84, 8400), 80, "detect"),
        ((1, 300, 84), 80, "detect"),  # RT-DETR
        ((1, 116, 8400), 0, "segment"),  # without names nobody knows where the classes end
    ],
)
def test_anything_else_is_unknown(shape, names, task):
    with pytest.raises(UnknownLayout):
        recognise(shape, SQUARE, names, task)


def test_a_score_is_objectness_times_class():
    output = np.zeros((1, 63, 7), np.float32)
    output[0, 5] = [20, 16, 10, 8, 0.8, 0.1, 0.5]
    found = decode(output, recognise((1, 63, 7), (32, 32)), (32, 32), 0.3)
    np.testing.assert_allclose(found, [[15, 12, 25, 20, 0.4, 1]], rtol=1e-6)
    assert len(decode(output, Layout("v5", 2), (32, 32), 0.41)) == 0


def test_yolox_boxes_are_relative_to_their_cell():
    output = np.zeros((1, 21, 6), np.float32)  # 16 cells of 8 pixels, 4 of 16, 1 of 32
    output[0, 16 + 3] = [0.5, 0.25, np.log(2), 0, 1, 0.9]  # the last cell of stride 16
    found = decode(output, recognise((1, 21, 6), (32, 32)), (32, 32), 0.5)
    np.testing.assert_allclose(found, [[8, 12, 40, 28, 0.9, 0]], rtol=1e-5)


def test_an_empty_picture_gives_no_detections():
    for layout, shape in [("v8", (1, 7, 21)), ("v5", (1, 63, 8)), ("end", (1, 300, 6))]:
        assert decode(np.zeros(shape, np.float32), Layout(layout, 3), (32, 32), 0.1).shape == (0, 6)
