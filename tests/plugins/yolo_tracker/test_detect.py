"""detect_objects: real networks in every layout, on drawn pictures whose truth is known."""

import cv2
import numpy as np
import pytest

from plugins_app.sdk import ToolError
from tests.plugins import drawn_video
from tests.plugins.drawn_video import BLUE, GREEN, RED, Square, whole
from tests.plugins.yolo_tracker import stub_models

pytestmark = pytest.mark.slow

COLOURS = {"red": RED, "green": GREEN, "blue": BLUE}
LAYOUTS = ["v5", "v8", "end", "x"]


def draw(path, size, boxes):
    """A picture of ``size`` (width, height) with a rectangle [x, y, w, h] of each colour."""
    image = np.full((size[1], size[0], 3), 120, np.uint8)
    for name, (x, y, w, h) in boxes.items():
        image[y : y + h, x : x + w] = COLOURS[name]
    cv2.imwrite(str(path.with_suffix(".png")), image)
    return str(path.with_suffix(".png"))


def detect(plugin, picture, **params):
    result = plugin.run_tool("detect_objects", {"image_path": picture, **params})
    return {one["label"]: one for one in result["detections"]}


@pytest.fixture
def picture(tmp_path):
    boxes = {"red": (40, 30, 60, 80), "green": (200, 100, 90, 50), "blue": (380, 180, 70, 70)}
    return draw(tmp_path / "picture", (500, 300), boxes)


@pytest.mark.parametrize("kind", LAYOUTS)
@pytest.mark.parametrize("size", [(640, 640), (500, 300), (300, 500), (900, 200), (161, 97)])
def test_boxes_are_where_things_are_whatever_the_picture_s_shape(plugin, tmp_path, kind, size):
    wide, high = size
    boxes = {
        "red": (wide // 16, high // 8, wide // 5, high // 3),
        "green": (wide // 2, high // 6, wide // 4, high // 2),
        "blue": (wide // 3, 2 * high // 3, wide // 6, high // 3),
    }
    yolo = plugin(stub_models.save(tmp_path, kind))
    found = detect(yolo, draw(tmp_path / "picture", size, boxes))
    assert found.keys() == boxes.keys()
    pixel = max(1.0, max(size) / 320)  # one pixel of what the network sees
    for name, box in boxes.items():
        assert found[name]["bbox"] == pytest.approx(box, abs=1.5 * pixel)


@pytest.mark.parametrize("kind", LAYOUTS)
@pytest.mark.parametrize("how", [{"half": True}, {"size": (256, 384)}, {"size": None}])
def test_half_precision_oblong_and_open_inputs(plugin, tmp_path, picture, kind, how):
    if kind == "x" and how.get("size", ...) is None:
        how = {"size": (224, 416)}  # YOLOX comes with fixed inputs
    found = detect(plugin(stub_models.save(tmp_path, kind, **how)), picture)
    assert found["red"]["bbox"] == pytest.approx([40, 30, 60, 80], abs=2)
    assert found["green"]["bbox"] == pytest.approx([200, 100, 90, 50], abs=2)
    assert found["blue"]["bbox"] == pytest.approx([380, 180, 70, 70], abs=2)


def test_each_thing_is_found_once_and_overlapping_classes_both(plugin, tmp_path):
    boxes = {"red": (50, 50, 160, 160), "green": (70, 70, 120, 120)}
    yolo = plugin(stub_models.save(tmp_path, "v8"))
    args = {"image_path": draw(tmp_path / "p", (320, 320), boxes), "iou": 0.3}
    result = yolo.run_tool("detect_objects", args)
    assert sorted(one["label"] for one in result["detections"]) == ["green", "red"]
    assert (result["width"], result["height"], result["model"]) == (320, 320, "squares")


def test_with_doubles_allowed_there_are_many(plugin, tmp_path, picture):
    yolo = plugin(stub_models.save(tmp_path, "v8"))
    result = yolo.run_tool("detect_objects", {"image_path": picture, "iou": 1.0})
    assert len(result["detections"]) > 10


def test_only_the_classes_asked_for(plugin, tmp_path, picture):
    yolo = plugin(stub_models.save(tmp_path, "v5"))
    assert detect(yolo, picture, classes=["Green", "2"]).keys() == {"green", "blue"}
    with pytest.raises(ToolError, match=r"no class 'cat'. It has: red, green, blue\.") as caught:
        detect(yolo, picture, classes=["cat"])
    assert caught.value.reason == "invalid_params"


def test_only_what_the_model_is_sure_of(plugin, tmp_path, picture):
    yolo = plugin(stub_models.save(tmp_path, "end"))
    assert len(detect(yolo, picture, confidence=0.94)) == 3
    assert detect(yolo, picture, confidence=0.96) == {}


def test_classes_without_names_are_numbers(plugin, tmp_path, picture):
    yolo = plugin(stub_models.save(tmp_path, "v8", metadata={}))
    assert detect(yolo, picture).keys() == {"0", "1", "2"}
    assert detect(yolo, picture, classes=["1"]).keys() == {"1"}


def test_a_file_of_names_that_does_not_fit_the_model_is_refused(plugin, tmp_path, picture):
    model = stub_models.save(tmp_path, "v8")
    model.with_suffix(".txt").write_text("cat\ndog\n")
    with pytest.raises(ToolError, match="3 classes, but there are 2 names"):
        detect(plugin(model), picture)


def test_the_result_can_be_traced_to_the_model_that_made_it(plugin, tmp_path, picture):
    first = stub_models.save(tmp_path, "v8", name="first")
    second = stub_models.save(tmp_path, "v5", name="second")
    yolo = plugin(first, second)
    assert detect(yolo, picture).keys() == {"red", "green", "blue"}
    digest = yolo.model_digest
    args = {"image_path": picture, "model": "second"}
    assert yolo.run_tool("detect_objects", args)["model"] == "second"
    assert len(yolo.model_digest) == 64
    assert yolo.model_digest != digest
    with pytest.raises(ToolError, match=r"no model 'third'. Known models: first, second\."):
        detect(yolo, picture, model="third")


def test_a_video_is_looked_at_frame_by_frame(plugin, tmp_path):
    square = Square((30, 100), (6, 0), side=60)
    video = drawn_video.write(tmp_path / "v.avi", drawn_video.frames([square], 20))
    yolo = plugin(stub_models.save(tmp_path, "v8"))
    args = {"video_path": str(video), "every": 4}
    result = whole(yolo.run_tool("detect_objects", args))
    assert [frame["frame"] for frame in result["frames"]] == [0, 4, 8, 12, 16]
    for frame in result["frames"]:
        (one,) = frame["objects"]
        assert one["label"] == "red"
        assert one["bbox"] == pytest.approx(square.box(frame["frame"]), abs=3)
        assert frame["time"] == pytest.approx(frame["frame"] / 20, abs=0.001)
    assert (result["frame_count"], result["truncated"], result["every"]) == (20, False, 4)


def test_an_unknown_network_is_refused_with_the_shapes_it_gives(plugin, tmp_path, picture):
    model = stub_models.of_shape(tmp_path / "odd.onnx", (1, 17, 100))
    with pytest.raises(ToolError, match=r"odd \(detect\) outputs \[1, 17, 100\].*not a known YOLO"):
        detect(plugin(model), picture)


def test_a_network_that_takes_something_else_is_refused(plugin, tmp_path, picture):
    how = {"inputs": "float[1, 64, 64, 3]"}
    model = stub_models.of_shape(tmp_path / "nhwc.onnx", (1, 300, 6), **how)
    with pytest.raises(ToolError, match=r"takes images tensor\(float\) \[1, 64, 64, 3\]"):
        detect(plugin(model), picture)


def test_a_file_that_is_no_network_is_refused(plugin, tmp_path, picture):
    (tmp_path / "broken.onnx").write_bytes(b"no network")
    with pytest.raises(ToolError, match="broken can't be loaded: it is not an ONNX model"):
        detect(plugin(tmp_path / "broken.onnx"), picture)
    with pytest.raises(ToolError, match="gone can't be loaded: the file does not exist"):
        detect(plugin(tmp_path / "gone.onnx"), picture)
