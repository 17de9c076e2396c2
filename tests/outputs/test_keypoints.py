"""Keypoints: every spelling is read, pages and overlays show them, COCO's own reader takes them."""

import json

import numpy as np
import pytest
from django.urls import reverse
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from jobs.annotating.takeover import take_over
from jobs.showing.renderers import rendered
from plugins_app.manifests.result_faults import shape_faults
from plugins_app.outputs import KINDS
from plugins_app.outputs.pixels.compare import compare_documents
from plugins_app.outputs.pixels.draw import drawn_things, paint
from tests.exporting.drawn import Desk
from tests.factories import make_result

KIND = KINDS["keypoints"]
NAMES = ("nose", "left hand", "right hand")


def person(at=(10, 10), names=NAMES, label="person", **more):
    """Points in a row, 20 pixels apart, on a body of 60 x 80 pixels."""
    x, y = at
    points = [
        {"name": name, "x": x + 20 * place, "y": y, "score": 0.5}
        for place, name in enumerate(names)
    ]
    return {"label": label, "score": 0.9, "bbox": [x, y, 60, 80], "points": points, **more}


def people(*some, skeleton=(("left hand", "nose"), ("nose", "right hand"))):
    return {"keypoints": list(some), "skeleton": [list(edge) for edge in skeleton]}


def places(thing):
    return [(point.name, point.x, point.y) for point in thing.points]


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ([7, 8], [("1", 7, 8)]),
        ([7, 8, 0.5], [("1", 7, 8)]),
        ({"x": 7, "y": 8, "name": "nose"}, [("1", 7, 8)]),
        ({"point": [7, 8]}, [("1", 7, 8)]),
        ({"points": [[7, 8], [9, 9, 0.5]]}, [("1", 7, 8), ("2", 9, 9)]),
        ({"keypoints": [7, 8, 2, 0, 0, 0, 9, 9, 1]}, [("1", 7, 8), ("3", 9, 9)]),
        ({"keypoints": np.array([[7, 8], [9, 9]])}, [("1", 7, 8), ("2", 9, 9)]),
        ({"class_name": "dog", "points": [{"name": "tail", "x": 7, "y": 8}]}, [("tail", 7, 8)]),
        ({"points": [{"x": 7, "y": "8"}, None, [1], {"x": 9, "y": 9}]}, [("4", 9, 9)]),
    ],
)
def test_every_spelling_is_shaped_and_what_was_stored_before_is_read(entry, found):
    shaped = KIND.shape({"keypoints": [entry]}, float)
    for result in (
        shaped,
        json.loads(json.dumps({"keypoints": [entry]}, default=np.ndarray.tolist)),
    ):
        (thing,) = KIND.things(result)
        assert places(thing) == found


def test_a_name_of_old_and_a_box_in_corners_get_their_place():
    entry = {"class_name": "dog", "confidence": 0.5, "xyxy": [1, 2, 4, 6], "points": [[1, 2]]}
    shaped = KIND.shape({"keypoints": [{**entry, "page": 3}]}, float)
    expected = {"label": "dog", "score": 0.5, "bbox": [1, 2, 3, 4], "points": [[1, 2]], "page": 3}
    assert shaped == {"keypoints": [expected]}
    assert shape_faults("keypoints", shaped) == []


def test_the_box_goes_around_the_points_where_there_is_none():
    (thing,) = KIND.things(people(person(bbox=None)))
    assert thing.bbox == (10, 10, 40, 0)


def test_faults_name_the_place():
    wrong = people({**person(), "points": [{"name": "nose", "x": 1}]})
    (fault, *_) = shape_faults("keypoints", wrong)
    assert fault.startswith("$.keypoints[0].points[0]")
    (fault,) = shape_faults("keypoints", people(person(), skeleton=[["nose"]]))
    assert fault.startswith("$.skeleton[0] must have at least 2 entries")


def test_bones_join_the_points_that_are_there():
    view = rendered("keypoints", people(person(), person(names=NAMES[:2])))
    first, second = view.rows
    assert [(a.name, b.name) for a, b in first.bones] == [
        ("left hand", "nose"), ("nose", "right hand"),
    ]  # fmt: skip
    assert [(a.name, b.name) for a, b in second.bones] == [("left hand", "nose")]
    assert (first.shown, first.point_count, first.percent) == ("person", 3, "90.0 %")


def test_the_page_draws_points_and_skeleton_over_the_picture(client_of, ada):
    item = make_result(ada, "keypoints", people(person()), size=(100, 100))
    page = client_of(ada).get(reverse("job", args=[item.job_id])).content.decode()
    assert page.count("<circle") == 3
    assert '<line x1="30.0" y1="10.0" x2="10.0" y2="10.0"' in page
    assert "person: left hand" in page
    assert '<th scope="col" class="number-cell">Points</th>' in " ".join(page.split())
    assert 'id="misshapen"' not in page


def test_the_overlay_has_the_bone_between_two_points():
    canvas = np.full((800, 800, 3), 255, np.uint8)
    result = people(person(bbox=None))
    paint(canvas, (100, 100), drawn_things(result))
    middle = canvas[80, 150]  # between nose (10, 10) and left hand (30, 10), eight times as large
    assert np.abs(middle.astype(int) - (15, 143, 179)).max() < 60
    without = np.full((800, 800, 3), 255, np.uint8)
    paint(without, (100, 100), drawn_things(people(person(names=NAMES[:1]), skeleton=())))
    assert (without[80, 150] == 255).all()


class TestCompared:
    def test_each_state(self):
        before = people(person(), person((200, 10)), person((400, 10)), person((600, 10)))
        moved, other = person((210, 10)), person((400, 10), label="statue")
        found = compare_documents(before, people(person(), moved, other, person((800, 10))))
        assert found["kind"] == "keypoints"
        assert [one["state"] for one in found["things"]] == [
            "same", "moved", "changed", "gone", "new",
        ]  # fmt: skip
        assert found["things"][1]["distance"] == 10
        assert 0.3 < found["things"][1]["oks"] < 1
        assert found["things"][0]["oks"] == 1

    def test_the_likeness_is_that_of_coco(self, tmp_path):
        """Every point moved by as much, so COCO's evaluation with one sigma must say the same."""
        moved = person((14, 13))
        (pair,) = compare_documents(people(person()), people(moved))["things"]
        flat = lambda one: [v for p in one["points"] for v in (p["x"], p["y"], 2)]  # noqa: E731
        common = {"image_id": 1, "category_id": 1, "id": 1, "area": 60 * 80, "iscrowd": 0}
        truth = {
            "info": {},
            "images": [{"id": 1}],
            "categories": [{"id": 1, "name": "person"}],
            "annotations": [
                {
                    **common,
                    "keypoints": flat(person()),
                    "num_keypoints": 3,
                    "bbox": person()["bbox"],
                }
            ],
        }
        path = tmp_path / "truth.json"
        path.write_text(json.dumps(truth))
        coco = COCO(str(path))
        seen = {**common, "keypoints": flat(moved), "score": 1.0}
        evaluation = COCOeval(coco, coco.loadRes([seen]), "keypoints")
        evaluation.params.kpt_oks_sigmas = np.full(3, 0.0665)
        evaluation._prepare()
        assert pair["oks"] == pytest.approx(float(evaluation.computeOks(1, 1)[0, 0]), abs=1e-4)

    def test_a_point_that_only_one_has_is_a_difference(self):
        (pair,) = compare_documents(people(person()), people(person(names=NAMES[:2])))["things"]
        assert (pair["state"], pair["oks"]) == ("moved", pytest.approx(2 / 3, abs=1e-4))

    def test_with_boxes_of_another_tool_by_boxes(self):
        boxes = {"detections": [{"label": "person", "score": 1, "bbox": [10, 10, 60, 80]}]}
        found = compare_documents(people(person()), boxes)
        assert (found["kind"], found["counts"]["same"]) == ("detections", 1)


def test_coco_reads_names_skeleton_and_points(tmp_path):
    desk = Desk(tmp_path)
    desk.add("keypoints", people(person(), person(names=NAMES[1:])), size=(100, 100))
    desk.add("keypoints", people(person(label="dog", names=("tail",)), skeleton=()), name="b.png")
    desk.add("detections", {"detections": [{"label": "cup", "score": 1, "bbox": [1, 2, 3, 4]}]})
    folder = desk.unpacked("coco")
    found = COCO(str(folder / "annotations.json"))
    cup, dog, human = (found.cats[number] for number in (1, 2, 3))
    assert human["keypoints"] == list(NAMES)
    assert human["skeleton"] == [[2, 1], [1, 3]]
    assert (dog["keypoints"], dog["skeleton"]) == (["tail"], [])
    assert set(cup) == {"id", "name"}
    whole, part = found.loadAnns(found.getAnnIds(catIds=[3]))
    assert whole["keypoints"] == [10, 10, 2, 30, 10, 2, 50, 10, 2]
    assert (whole["num_keypoints"], whole["area"]) == (3, 60 * 80)
    assert part["keypoints"] == [0, 0, 0, 10, 10, 2, 30, 10, 2]
    assert part["num_keypoints"] == 2
    evaluation = COCOeval(found, found.loadRes([dict(whole)]), "keypoints")
    evaluation.params.kpt_oks_sigmas = np.full(3, 0.0665)
    evaluation.params.imgIds, evaluation.params.catIds = [1], [3]
    evaluation._prepare()
    assert evaluation.computeOks(1, 3)[0, 0] == 1


def test_tables_have_the_points_where_there_are_any(tmp_path):
    desk = Desk(tmp_path).add("keypoints", people(person(names=NAMES[:2])), size=(100, 100))
    head, row = desk.export("csv").popitem()[1].decode().splitlines()
    assert head.endswith(",mask_pixels,points")
    assert row.endswith("10,10,60,80,,nose 10 10 0.5; left hand 30 10 0.5")


@pytest.mark.django_db
def test_taking_over_makes_a_box_and_named_points(ada):
    item = make_result(ada, "keypoints", people(person()), size=(100, 100))
    rows = take_over(item, people(person()))
    assert [(row.kind, row.label, row.x, row.y) for row in rows] == [
        ("box", "person", 10, 10),
        ("point", "nose", 10, 10),
        ("point", "left hand", 30, 10),
        ("point", "right hand", 50, 10),
    ]
    assert take_over(item, people(person())) == []
