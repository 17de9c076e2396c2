"""YOLO, read back by globox and PyYAML."""

import numpy as np
import yaml
from globox import AnnotationSet

from tests.exporting.drawn import detection, detections, mask_result


def test_boxes_are_shares_of_the_picture(desk):
    desk.add("detections", detections(detection("dog", (4, 6, 20, 12)), detection("cat")))
    desk.add("detections", detections(), name="empty.png")
    folder = desk.unpacked("yolo")
    found = AnnotationSet.from_yolo_v5(
        folder / "labels", image_folder=_pictures(desk, folder), image_extension=".png"
    )
    boxes = found["a.png"].boxes
    assert (boxes[0].label, [round(v, 3) for v in boxes[0].ltwh]) == ("1", [4, 6, 20, 12])
    assert found["empty.png"].boxes == []
    assert yaml.safe_load((folder / "data.yaml").read_text())["names"] == {0: "cat", 1: "dog"}
    assert (folder / "classes.txt").read_text() == "cat\ndog\n"


def test_a_box_that_sticks_out_is_cut(desk):
    desk.add(
        "detections", detections(detection(bbox=(-10, -10, 30, 20)), detection(bbox=(90, 9, 5, 5)))
    )
    lines = desk.export("yolo")["labels/a.txt"].decode().splitlines()
    assert lines == ["0 0.250000 0.166667 0.500000 0.333333"]


def test_masks_become_one_polygon_each(desk):
    mask = np.zeros((30, 40), bool)
    mask[0:6, 0:10] = mask[20:24, 30:38] = True
    folder = desk.add("masks", mask_result(mask)).unpacked("yolo")
    found = AnnotationSet.from_yolo_seg(
        folder / "labels", image_folder=_pictures(desk, folder), relative=True
    )
    (box,) = found["a.png"].boxes
    assert [round(value) for value in box.ltrb] == [0, 0, 38, 24]


def test_scores_come_on_request(desk):
    desk.add("detections", detections(detection(score=0.25)))
    assert desk.export("yolo", scores=True)["labels/a.txt"].endswith(b" 0.250000\n")


def test_pictures_of_one_name_have_a_file_each(desk):
    desk.add("detections", detections(detection()), name="кот.png")
    desk.add("detections", detections(detection()), name="кот.jpg")
    files = desk.export("yolo")
    assert {"labels/кот.txt", "labels/кот-2.txt"} <= set(files)
    assert '"labels/кот-2.txt"' in files["manifest.json"].decode()


def _pictures(desk, folder):
    """YOLO's readers look at the pictures beside the labels."""
    from tests.exporting.drawn import photo

    images = folder / "images"
    images.mkdir()
    for line in desk.lines:
        photo(images, (line["width"], line["height"]), line["filename"])
    return images
