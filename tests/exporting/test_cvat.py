"""CVAT XML, read back by globox (boxes), CVAT's own SDK (masks) and lxml."""

import numpy as np
from cvat_sdk.masks import decode_mask
from globox import AnnotationSet
from lxml import etree

from tests.exporting.drawn import detection, detections, mask_result, tracks

NASTY = "a, \"b\" & 'c'\n<d>\x01"


def parsed(data):
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False))


def test_boxes_are_read_back(desk):
    desk.add("detections", detections(detection("cat", (1, 2, 10.5, 8))), name="кот.png")
    desk.add("detections", detections(), name="кот.png")
    found = AnnotationSet.from_cvat(desk.unpacked("cvat") / "annotations.xml")
    (box,) = found["кот.png"].boxes
    assert (box.label, box.ltwh) == ("cat", (1, 2, 10.5, 8))
    assert found["кот-2.png"].image_size == (40, 30)


def test_masks_are_what_cvat_makes_of_them(desk):
    for first in (True, False):
        mask = np.zeros((30, 40), bool)
        mask[0:9, 0:12] = first
        mask[5:20, 7:30] = True
        desk.add("masks", mask_result(mask))
        root = parsed(
            desk.export("cvat").popitem()[1] if first else desk.export("cvat")["annotations.xml"]
        )
        one = root.findall(".//mask")[-1]
        left, top, width, height = (int(one.get(n)) for n in ("left", "top", "width", "height"))
        runs = [int(word) for word in one.get("rle").split(",")]
        place = [left, top, left + width - 1, top + height - 1]
        again = decode_mask([*runs, *place], image_width=40, image_height=30)
        assert (again == mask).all()


def test_masks_may_be_polygons(desk):
    mask = np.zeros((30, 40), bool)
    mask[0:9, 0:12] = True
    desk.add("masks", mask_result(mask))
    root = parsed(desk.export("cvat", masks="polygons").popitem()[1])
    points = root.find(".//polygon").get("points").split(";")
    assert set(points) == {"0,0", "12,0", "12,9", "0,9"}


def test_tracks_end_where_nothing_is_seen_any_more(desk):
    desk.add("tracks", tracks(8, gone=(3, 4, 7)), name="clip.mp4", video=8)
    (root,) = [parsed(data) for data in desk.export("cvat").values()]
    boxes = [(int(b.get("frame")), b.get("outside")) for b in root.findall("track/box")]
    assert boxes == [(0, "0"), (1, "0"), (2, "0"), (3, "1"), (5, "0"), (6, "0"), (7, "1")]
    assert root.findtext("meta/task/size") == "8"
    assert root.find("track").get("label") == "car"


def test_frames_that_nobody_looked_at_end_no_track(desk):
    desk.add("tracks", tracks(9, every=3), name="clip.mp4", video=9)
    (root,) = [parsed(data) for data in desk.export("cvat").values()]
    assert [b.get("frame") for b in root.findall("track/box")] == ["0", "3", "6"]
    assert {b.get("outside") for b in root.findall("track/box")} == {"0"}


def test_labels_with_everything_in_them_survive(desk):
    desk.add("detections", detections(detection(NASTY)))
    root = parsed(desk.export("cvat").popitem()[1])
    kept = NASTY.replace("\x01", "\ufffd")
    assert root.find(".//box").get("label") == kept
    assert root.findtext("meta/task/labels/label/name") == kept


def test_pictures_and_videos_have_documents_of_their_own(desk):
    desk.add("detections", detections(detection("cat")))
    desk.add("tracks", tracks(3), name="фильм.mp4", video=3)
    desk.add("detections", {"frames": [{"frame": 0, "time": 0, "objects": [detection()]}]},
             name="b.mp4", video=1)  # fmt: skip
    files = desk.export("cvat")
    assert sorted(files) == ["annotations.xml", "manifest.json", "фильм/annotations.xml"]
    assert desk.report["left_out"][0]["reason"].startswith("The result has no track ids")
