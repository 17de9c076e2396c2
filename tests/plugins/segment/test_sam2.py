"""SAM 2 by path, with stand-ins that see what is red."""

import cv2
import numpy as np
import pytest

from plugins_app.sdk import ToolError
from tests.plugins.segment import stand_ins


@pytest.fixture
def scene():
    """A picture that is not square, with two red boxes and a blue one, and their masks."""
    image = np.full((300, 500, 3), 20, np.uint8)
    found = []
    for x, colour in ((40, (0, 0, 250)), (240, (0, 0, 250)), (360, (250, 0, 0))):
        before = image.copy()
        cv2.rectangle(image, (x, 60), (x + 99, 219), colour, -1)
        found.append((image != before).any(axis=2))
    return image, found


@pytest.fixture
def sam2(tmp_path, monkeypatch):
    """The operator has provided both networks."""
    encoder, decoder = stand_ins.save_sam2(tmp_path)
    monkeypatch.setenv("SEGMENT_SAM2_ENCODER", str(encoder))
    monkeypatch.setenv("SEGMENT_SAM2_DECODER", str(decoder))


def iou(a, b):
    return (a & b).sum() / (a | b).sum()


def test_it_is_used_for_boxes_where_it_is_provided(run, masks, plugin, sam2, scene):
    image, (first, second, _blue) = scene
    boxes = [[30, 50, 120, 180], [230, 50, 120, 180], [350, 50, 120, 180]]
    result = run("inside_box", image, boxes=boxes)
    found = masks(result)
    assert result["backend"] == "sam2"
    assert len(found) == 2  # there is nothing red in the third
    assert min(iou(found[0], first), iou(found[1], second)) > 0.95
    assert result["masks"][0]["score"] == pytest.approx(0.9)
    assert len(plugin.model_digest) == 64


def test_points_go_in_with_what_they_say(run, masks, sam2, scene):
    image, (first, _, _) = scene
    (mask,) = masks(run("at_points", image, points=[{"point": [90, 140]}]))
    assert iou(mask, first) > 0.95
    beside = {"point": [90, 200], "role": "negative"}
    (less,) = masks(run("at_points", image, points=[{"point": [90, 140]}, beside]))
    assert less[100, 90]
    assert not less[200, 90]


def test_opencv_can_still_be_asked_for(run, sam2, scene, plugin):
    result = run("inside_box", scene[0], boxes=[[350, 50, 120, 180]], backend="opencv")
    assert result["backend"] == "opencv"
    assert len(result["masks"]) == 1
    assert plugin.model_digest == ""


def test_it_draws_what_was_found_by_example(run, masks, sam2, scene):
    image, (first, second, _) = scene
    result = run("find_all", image, boxes=[[40, 60, 100, 160]], backend="sam2", rotation="upright")
    assert result["backend"] == "sam2"
    found = masks(result)
    assert max(iou(mask, first) for mask in found) > 0.95
    assert max(iou(mask, second) for mask in found) > 0.95


def test_asking_for_it_without_the_files_says_which_variables_to_set(run, scene):
    with pytest.raises(ToolError, match=r"SEGMENT_SAM2_ENCODER and SEGMENT_SAM2_DECODER"):
        run("inside_box", scene[0], boxes=[[30, 50, 120, 180]], backend="sam2")


def test_a_path_to_nothing_is_named(run, scene, sam2, monkeypatch):
    monkeypatch.setenv("SEGMENT_SAM2_DECODER", "/models/none.onnx")
    with pytest.raises(ToolError, match=r"SEGMENT_SAM2_DECODER names /models/none.onnx, which is"):
        run("inside_box", scene[0], boxes=[[30, 50, 120, 180]])


def test_another_network_is_refused_by_what_it_takes(run, scene, sam2, monkeypatch, tmp_path):
    other = stand_ins.save_other(tmp_path / "other.onnx")
    monkeypatch.setenv("SEGMENT_SAM2_ENCODER", str(other))
    with pytest.raises(ToolError, match=r"not laid out as a SAM 2 encoder.*inputs are camera"):
        run("inside_box", scene[0], boxes=[[30, 50, 120, 180]])


def test_a_file_that_is_no_network_is_named_by_its_variable(
    run, scene, sam2, monkeypatch, tmp_path
):
    (tmp_path / "text.onnx").write_text("no network")
    monkeypatch.setenv("SEGMENT_SAM2_ENCODER", str(tmp_path / "text.onnx"))
    with pytest.raises(ToolError, match=r"SEGMENT_SAM2_ENCODER names is not a network"):
        run("inside_box", scene[0], boxes=[[30, 50, 120, 180]])
