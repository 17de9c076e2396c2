"""POST /v1/annotations/import: boxes from COCO files."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask
from pycocotools.coco import COCO

from jobs.annotating import rules as annotations
from jobs.annotating.import_outlines import box_of
from jobs.annotating.rules import Draft
from tests.api.asserts import assert_problem
from tests.api.box_files import boxes_on, coco, outcome, sender
from tests.factories import make_media, picture


@pytest.fixture
def image(owner):
    return make_media(owner, "street.png", picture(80, 40))


@pytest.fixture
def send(client):
    return sender(client)


def test_boxes_become_annotations_with_their_labels(send, image):
    response = send({"a.json": coco((1, [10, 5, 20, 10]), (2, [40.5, 5, 8, 30]))})
    assert response.status_code == 200
    assert boxes_on(image) == [
        ("car", "segment", [10, 5, 20, 10]),
        ("Fußgänger", "segment", [40.5, 5, 8, 30]),
    ]
    data = response.json()
    assert (data["images"], data["added"], data["not_taken"]) == (1, 2, 0)
    assert outcome(response) == {
        "file": "a.json", "image": "street.png", "media_id": str(image.pk), "status": "taken",
        "added": 2, "already": 0, "errors": [],
    }  # fmt: skip


def test_a_file_that_pycocotools_made_is_taken_as_it_reads_it(send, image, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(coco((1, [10, 5, 20, 10]), (2, [0, 0, 80, 40]))))
    reference = COCO(str(path))
    found = reference.loadRes(
        [{"image_id": 7, "category_id": 1, "bbox": [3.25, 4, 5, 6], "score": 0.5}]
    )
    send({"a.json": found.dataset})
    assert boxes_on(image) == [("car", "segment", [3.25, 4, 5, 6])]


def test_the_role_is_chosen(send, image):
    send({"a.json": coco((1, [10, 5, 20, 10]))}, role="negative")
    assert boxes_on(image)[0][1] == "negative"
    assert_problem(send({"a.json": coco()}, role="x"), 400)


def test_twice_adds_nothing(send, image):
    send({"a.json": coco((1, [10, 5, 20, 10]))})
    again = send({"a.json": coco((1, [10, 5, 20, 10]), (1, [10, 5, 20, 10]), (1, [0, 0, 5, 5]))})
    assert (outcome(again)["added"], outcome(again)["already"]) == (1, 2)
    assert len(boxes_on(image)) == 2


def test_another_label_or_role_at_the_same_place_is_another_box(send, image):
    send({"a.json": coco((1, [10, 5, 20, 10]), (2, [10, 5, 20, 10]))})
    send({"a.json": coco((1, [10, 5, 20, 10]))}, role="positive")
    assert len(boxes_on(image)) == 3


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ((1, [90, 5, 20, 10]), "outside the picture"),
        ((1, [10, 5, -3, 10]), "above 0"),
        ((1, [10, 5, 20]), "no bbox of four numbers"),
        ((1, None), "no bbox of four numbers"),
        ((1, ["1", 2, 3, 4]), "no bbox of four numbers"),
        ((1, [10**400, 2, 3, 4]), "no bbox of four numbers"),
        ((9, [10, 5, 20, 10]), "category"),
    ],
)
def test_one_bad_box_keeps_all_of_its_image_out(send, image, box, said):
    response = send({"a.json": coco((1, [10, 5, 20, 10]), box)})
    assert outcome(response)["status"] == "invalid"
    assert outcome(response)["errors"][0].startswith("Annotation 2: ")
    assert said in outcome(response)["errors"][0]
    assert boxes_on(image) == []


def test_a_box_without_size_is_left_out_alone_and_named_by_its_id(send, image):
    document = coco((1, [10, 5, 0, 10]), (1, [10, 5, 20, 10]))
    document["annotations"][0]["id"] = 4711
    response = send({"a.json": document})
    assert outcome(response)["status"] == "taken"
    assert outcome(response)["errors"] == [
        "Annotation 4711: it was left out, for it has no width or no height."
    ]
    assert boxes_on(image) == [("car", "segment", [10, 5, 20, 10])]


def test_an_annotation_of_no_image_is_refused_alone_and_named_by_its_id(send, image):
    document = coco((1, [10, 5, 20, 10]))
    document["annotations"].append({"id": 4711, "image_id": 8, "bbox": [1, 1, 5, 5]})
    response = send({"a.json": document})
    assert outcome(response, 0) == {
        "file": "a.json", "image": "image_id 8", "media_id": None, "status": "invalid",
        "added": 0, "already": 0,
        "errors": ["Annotation 4711: the file has no image of this id."],
    }  # fmt: skip
    assert outcome(response, 1)["status"] == "taken"
    assert boxes_on(image) == [("car", "segment", [10, 5, 20, 10])]


@pytest.mark.parametrize(
    "segmentation",
    [
        [[10, 5, 30, 5, 30, 15], [12, 8, 12, 15, 10, 9]],
        {"size": [40, 80], "counts": [10 * 40 + 5, 1, 40 * 19 + 8, 1, 40 * 50 + 25]},
    ],
)
def test_without_a_bbox_the_box_is_put_around_the_segmentation(send, image, segmentation):
    document = coco((1, None))
    document["annotations"][0]["segmentation"] = segmentation
    assert outcome(send({"a.json": document}))["errors"] == []
    assert boxes_on(image) == [("car", "segment", [10, 5, 20, 10])]


@settings(max_examples=40, deadline=None)
@given(arrays(bool, st.tuples(st.integers(1, 6), st.integers(1, 6))))
def test_the_box_around_run_lengths_is_the_one_of_pycocotools(drawn):
    counts, value = [], False
    for covered, run in itertools.groupby(drawn.T.ravel().tolist()):
        counts += [0] * (covered != value) + [len(list(run))]
        value = not covered
    expected = mask.toBbox(mask.encode(np.asfortranarray(drawn.astype(np.uint8)))).tolist()
    found = box_of({"size": list(drawn.shape), "counts": counts})
    assert list(found) == expected


@pytest.mark.parametrize(
    "segmentation",
    [[[1, 2, 3]], [["a"] * 6], [1], 5, {"size": [40, 80], "counts": "0d1"},
     {"size": [40, 80], "counts": [1, 2]}, {"size": [0, 0], "counts": []}, {"size": 5}],
)  # fmt: skip
def test_a_segmentation_that_can_not_be_read_is_told(send, image, segmentation):
    document = coco((1, None))
    document["annotations"][0]["segmentation"] = segmentation
    assert "neither polygons nor" in outcome(send({"a.json": document}))["errors"][0]


def test_other_images_of_the_file_are_taken_all_the_same(send, owner, image):
    other = make_media(owner, "other.png", picture(80, 40))
    document = coco((1, [90, 5, 20, 10]))
    document["images"].append({"id": 8, "file_name": "train/other.png"})
    document["annotations"].append({"id": 9, "image_id": 8, "bbox": [1, 1, 5, 5]})
    response = send({"a.json": document})
    assert [one["status"] for one in response.json()["files"]] == ["invalid", "taken"]
    assert boxes_on(other) == [("", "segment", [1, 1, 5, 5])]


def test_another_size_than_the_images_is_told(send, image):
    response = send({"a.json": coco((1, [1, 1, 5, 5]), size=(40, 80))})
    assert "40 x 80 pixels; the one of this name has 80 x 40" in outcome(response)["errors"][0]
    assert boxes_on(image) == []


@pytest.mark.parametrize(
    "body",
    [
        "no json", "[1]", "{}", '{"images": 1, "annotations": []}', "[" * 200_000,
        '{"images": [], "annotations": [], "x": NaN}', '{"a": ' * 5000, b"\xff\xfe\x00",
        {"images": [{"id": 1}], "annotations": []},
        {"images": [], "annotations": [None]},
        '{"images": [], "annotations": [' + "9" * 5000 + "]}",
    ],
)  # fmt: skip
def test_what_is_no_coco_is_refused_as_a_whole(send, image, body):
    assert_problem(send({"a.json": body}), 400, "a.json")


def test_an_image_may_take_only_so_many(send, image):
    annotations.add(image, [Draft(point=[1, 1])] * 999)
    document = coco((1, [1, 1, 5, 5]), (1, [2, 2, 5, 5]))
    assert "at most 1000" in outcome(send({"a.json": document}))["errors"][0]
