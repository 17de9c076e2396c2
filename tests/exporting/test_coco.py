"""COCO, read back by pycocotools."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools.coco import COCO

from tests.exporting.drawn import Desk, detection, detections, mask_result, text_result


def coco_of(folder, name="annotations.json"):
    """The dataset as pycocotools has it."""
    return COCO(str(folder / name))


def spotted(*boxes, size=(40, 30)):
    """A mask that covers these boxes."""
    mask = np.zeros((size[1], size[0]), bool)
    for x, y, width, height in boxes:
        mask[y : y + height, x : x + width] = True
    return mask


def test_boxes_keep_their_place_label_and_score(desk):
    desk.add("detections", detections(detection("cat", (1.5, 2, 10, 8), 0.75), detection("dog")))
    desk.add("detections", detections(detection("ant")), name="b.png").miss()
    found = coco_of(desk.unpacked("coco"))
    assert [(one["id"], one["name"]) for one in found.cats.values()] == [
        (1, "ant"), (2, "cat"), (3, "dog"),
    ]  # fmt: skip
    assert [(n, one["file_name"]) for n, one in found.imgs.items()] == [(1, "a.png"), (2, "b.png")]
    first = found.anns[1]
    assert first["bbox"] == [1.5, 2, 10, 8]
    assert (first["category_id"], first["score"], first["area"]) == (2, 0.75, 80)
    assert found.anns[3]["image_id"] == 2


@pytest.mark.parametrize("segmentation", ["rle", "polygons"])
def test_masks_are_right_also_where_the_first_pixel_is_covered(desk, segmentation):
    masks = [
        spotted((0, 0, 6, 5)),
        spotted((0, 0, 40, 30)),
        spotted((10, 10, 7, 5), (25, 3, 2, 20)),
        spotted((39, 29, 1, 1)),
    ]
    desk.add("masks", mask_result(*masks)).add("masks", mask_result(), name="none.png")
    found = coco_of(desk.unpacked("coco", segmentation=segmentation))
    for mask, one in zip(masks, found.anns.values(), strict=True):
        assert (found.annToMask(one) == mask).all()
        assert one["area"] == mask.sum()


def test_a_hole_stays_a_hole_in_a_polygon(desk):
    ring = spotted((4, 4, 20, 20))
    ring[10:15, 10:15] = False
    found = coco_of(
        desk.add("masks", mask_result(ring))
        .add("masks", mask_result())
        .unpacked("coco", segmentation="polygons")
    )
    assert (found.annToMask(found.anns[1]) == ring).mean() > 0.98


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mask=arrays(bool, st.tuples(st.integers(1, 24), st.integers(1, 24))))
def test_any_mask_comes_back_as_it_was(tmp_path_factory, mask):
    height, width = mask.shape
    desk = Desk(tmp_path_factory.mktemp("coco"))
    desk.add("masks", mask_result(mask), size=(width, height))
    found = coco_of(desk.unpacked("coco"), "export.json")
    assert (found.annToMask(found.anns[1]) == mask).all()


def test_results_of_one_picture_share_its_image(desk):
    desk.add("detections", detections(detection()), medium="m")
    desk.add("masks", mask_result(spotted((1, 1, 3, 3))), medium="m")
    found = coco_of(desk.unpacked("coco"))
    assert len(found.imgs) == 1
    assert {one["image_id"] for one in found.anns.values()} == {1}


def test_what_does_not_fit_is_left_out_with_its_reason(desk):
    desk.add("detections", detections(detection()))
    desk.add("text", text_result(("hello", (1, 1, 9, 9))), name="read.png")
    desk.add("detections", {"detections": [{"label": "x", "bbox": [1, 2, "three", 4]}]})
    desk.add("masks", mask_result(spotted((1, 1, 3, 3), size=(9, 9))))
    desk.add("detections", b"{broken")
    desk.add("detections", b'{"detections": [{"label": "x", "score": NaN, "bbox": [0, 0, 1, 1]}]}')
    files = desk.export("coco")
    reasons = [one["reason"] for one in json.loads(files["manifest.json"])["left_out"]]
    assert reasons[0] == "This format doesn't support results of the kind text."
    assert reasons[1] == "detections[0].bbox is not [x, y, width, height]."
    assert reasons[2] == "masks[0].rle has 9 x 9 pixels, but the picture has 40 x 30."
    assert "can't be read as JSON" in reasons[3]
    assert "can't be read as JSON" in reasons[4]
    assert (desk.report["exported"], desk.report["left_out_count"]) == (1, 5)


def test_low_scores_are_left_away_on_request(desk):
    desk.add("detections", detections(detection("low", score=0.2), detection("high", score=0.8)))
    found = json.loads(next(iter(desk.export("coco", min_score=0.5).values())))
    assert [one["name"] for one in found["categories"]] == ["high"]
    assert len(found["annotations"]) == 1


def test_an_empty_result_is_an_image_without_annotations(desk):
    found = json.loads(next(iter(desk.add("detections", detections()).export("coco").values())))
    assert len(found["images"]) == 1
    assert found["annotations"] == []
