"""POST /v1/annotations/import: boxes from COCO and YOLO files."""

import io
import json
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pycocotools.coco import COCO

from jobs import annotations, box_import, tags
from jobs.annotations import Draft
from jobs.box_import import files, taking
from jobs.box_import import given as limits
from jobs.intake import Refused
from jobs.models import Annotation
from tests.api.asserts import assert_problem
from tests.factories import form_file, make_media, make_user, make_video, picture, uploaded

IMPORT = "/v1/annotations/import"


@pytest.fixture
def image(owner):
    return make_media(owner, "street.png", picture(80, 40))


@pytest.fixture
def send(client):
    """Sends files by name; a str is text, a dict JSON."""

    def run(sent, **fields):
        bodies = [(name, as_bytes(body)) for name, body in sent.items()]
        parts = [form_file(name, body, "application/octet-stream") for name, body in bodies]
        return client.post(IMPORT, {"file": parts, **fields}, format="multipart")

    return run


def as_bytes(body):
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode()


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, as_bytes(body))
    return stream.getvalue()


def coco(*boxes, name="street.png", size=(80, 40), **more):
    """A COCO document of one image; each box is (category id, bbox)."""
    return {
        "images": [{"id": 7, "file_name": name, "width": size[0], "height": size[1]}],
        "categories": [{"id": 1, "name": "car"}, {"id": 2, "name": "Fußgänger"}],
        "annotations": [
            {"id": n, "image_id": 7, "category_id": kind, "bbox": bbox, "area": 1, "iscrowd": 0}
            for n, (kind, bbox) in enumerate(boxes, start=1)
        ],
        **more,
    }


def boxes_on(medium):
    rows = Annotation.objects.filter(media=medium)
    return [(r.label, r.role, [r.x, r.y, r.width, r.height]) for r in rows]


def outcome(response, number=0):
    assert response.status_code == 200, response.content
    return response.json()["files"][number]


class TestCoco:
    def test_boxes_become_annotations_with_their_labels(self, send, image):
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

    def test_a_file_that_pycocotools_made_is_taken_as_it_reads_it(self, send, image, tmp_path):
        path = tmp_path / "a.json"
        path.write_text(json.dumps(coco((1, [10, 5, 20, 10]), (2, [0, 0, 80, 40]))))
        reference = COCO(str(path))
        found = reference.loadRes(
            [{"image_id": 7, "category_id": 1, "bbox": [3.25, 4, 5, 6], "score": 0.5}]
        )
        send({"a.json": found.dataset})
        assert boxes_on(image) == [("car", "segment", [3.25, 4, 5, 6])]

    def test_the_role_is_chosen(self, send, image):
        send({"a.json": coco((1, [10, 5, 20, 10]))}, role="negative")
        assert boxes_on(image)[0][1] == "negative"
        assert_problem(send({"a.json": coco()}, role="x"), 400)

    def test_twice_adds_nothing(self, send, image):
        send({"a.json": coco((1, [10, 5, 20, 10]))})
        again = send(
            {"a.json": coco((1, [10, 5, 20, 10]), (1, [10, 5, 20, 10]), (1, [0, 0, 5, 5]))}
        )
        assert (outcome(again)["added"], outcome(again)["already"]) == (1, 2)
        assert len(boxes_on(image)) == 2

    def test_another_label_or_role_at_the_same_place_is_another_box(self, send, image):
        send({"a.json": coco((1, [10, 5, 20, 10]), (2, [10, 5, 20, 10]))})
        send({"a.json": coco((1, [10, 5, 20, 10]))}, role="positive")
        assert len(boxes_on(image)) == 3

    @pytest.mark.parametrize(
        ("box", "said"),
        [
            ((1, [90, 5, 20, 10]), "outside the picture"),
            ((1, [10, 5, 0, 10]), "above 0"),
            ((1, [10, 5, 20]), "no bbox of four numbers"),
            ((1, None), "no bbox of four numbers"),
            ((1, ["1", 2, 3, 4]), "no bbox of four numbers"),
            ((1, [10**400, 2, 3, 4]), "no bbox of four numbers"),
            ((9, [10, 5, 20, 10]), "category"),
        ],
    )
    def test_one_bad_box_keeps_all_of_its_image_out(self, send, image, box, said):
        response = send({"a.json": coco((1, [10, 5, 20, 10]), box)})
        assert outcome(response)["status"] == "invalid"
        assert said in outcome(response)["errors"][0]
        assert boxes_on(image) == []

    def test_other_images_of_the_file_are_taken_all_the_same(self, send, owner, image):
        other = make_media(owner, "other.png", picture(80, 40))
        document = coco((1, [90, 5, 20, 10]))
        document["images"].append({"id": 8, "file_name": "train/other.png"})
        document["annotations"].append({"id": 9, "image_id": 8, "bbox": [1, 1, 5, 5]})
        response = send({"a.json": document})
        assert [one["status"] for one in response.json()["files"]] == ["invalid", "taken"]
        assert boxes_on(other) == [("", "segment", [1, 1, 5, 5])]

    def test_another_size_than_the_images_is_told(self, send, image):
        response = send({"a.json": coco((1, [1, 1, 5, 5]), size=(40, 80))})
        assert "40 x 80 pixels; the one of this name has 80 x 40" in outcome(response)["errors"][0]
        assert boxes_on(image) == []

    @pytest.mark.parametrize(
        "body",
        [
            "no json", "[1]", "{}", '{"images": 1, "annotations": []}', "[" * 200_000,
            '{"images": [], "annotations": [], "x": NaN}', '{"a": ' * 5000, b"\xff\xfe\x00",
            {"images": [{"id": 1}], "annotations": []},
            {"images": [], "annotations": [{"image_id": 5, "bbox": [1, 1, 1, 1]}]},
            {"images": [], "annotations": [None]},
            '{"images": [], "annotations": [' + "9" * 5000 + "]}",
        ],
    )  # fmt: skip
    def test_what_is_no_coco_is_refused_as_a_whole(self, send, image, body):
        assert_problem(send({"a.json": body}), 400, "a.json")

    def test_an_image_may_take_only_so_many(self, send, image):
        annotations.add(image, [Draft(point=[1, 1])] * 999)
        document = coco((1, [1, 1, 5, 5]), (1, [2, 2, 5, 5]))
        assert "at most 1000" in outcome(send({"a.json": document}))["errors"][0]


LINE = "1 0.5 0.5 0.25 0.5\n"


class TestYolo:
    def test_text_files_with_classes(self, send, image):
        response = send({"street.txt": LINE + "0 0.125 0.25 0.25 0.5", "classes.txt": "car\nbus\n"})
        assert outcome(response)["status"] == "taken"
        assert boxes_on(image) == [
            ("bus", "segment", [30, 10, 20, 20]), ("car", "segment", [0, 0, 20, 20])
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "names",
        ["names: [car, bus]", "names:\n  0: car\n  1: bus\n", "nc: 2\nnames: ['car', 'bus']"],
    )
    def test_a_zip_with_data_yaml_and_pictures(self, send, image, names):
        archive = zipped(
            {
                "set/data.yaml": names,
                "set/labels/train/street.txt": LINE,
                "set/images/train/street.png": picture(),
            }
        )
        response = send({"set.zip": archive})
        assert response.json()["ignored"] == ["set/images/train/street.png"]
        assert boxes_on(image)[0][0] == "bus"

    def test_without_names_the_label_is_the_number(self, send, image):
        send({"street.txt": LINE})
        assert boxes_on(image)[0][0] == "1"

    def test_outlines_and_confidences(self, send, image):
        send({"street.txt": "0 0.1 0.1 0.3 0.1 0.3 0.5 0.1 0.5\n0 0.5 0.5 0.25 0.5 0.87\n"})
        assert [[round(v, 3) for v in box] for _l, _r, box in boxes_on(image)] == [
            [8, 4, 16, 16], [30, 10, 20, 20]
        ]  # fmt: skip

    def test_a_file_without_lines_is_an_image_without_boxes(self, send, image):
        assert outcome(send({"street.txt": "\n"}))["added"] == 0

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("0 0.5 0.5 nan 0.5", "from 0 to 1"),
            ("0 320 240 64 48", "from 0 to 1"),
            ("0 0.5 0.5 0.2", "neither"),
            ("car 0.5 0.5 0.2 0.2", "not made of numbers"),
            ("-1 0.5 0.5 0.2 0.2", "class"),
            ("nan 0.5 0.5 0.2 0.2", "class"),
            ("1e300 0.5 0.5 0.2 0.2", "class"),
            ("0 0.5 0.5 0 0.2", "above 0"),
            ("5 0.5 0.5 0.2 0.2", "no name for class 5"),
        ],
    )
    def test_one_bad_line_keeps_all_of_its_image_out(self, send, image, line, said):
        response = send({"street.txt": f"{LINE}{line}", "classes.txt": "car\nbus"})
        assert said in outcome(response)["errors"][0]
        assert boxes_on(image) == []

    def test_lists_of_classes_that_differ_are_refused(self, send, image):
        sent = {"street.txt": LINE, "classes.txt": "a\nb", "data.yaml": "names: [b, a]"}
        assert_problem(send(sent), 422, "differ")

    @pytest.mark.parametrize(
        "names",
        ["names: {a: [", "names: 5", "- " * 5000, "a: &a [x]\nnames: *b", "names: 2026-13-45"],
    )
    def test_hostile_yaml_is_no_server_error(self, send, image, names):
        assert send({"street.txt": LINE, "data.yaml": names}).status_code in (200, 400)

    def test_yaml_makes_no_objects(self, send, image, tmp_path):
        target = tmp_path / "made"
        text = f"names: !!python/object/apply:os.mkdir ['{target}']"
        assert_problem(send({"street.txt": LINE, "data.yaml": text}), 400, "YAML")
        assert not target.exists()

    def test_two_files_for_one_image_are_told(self, send, image):
        archive = zipped({"train/street.txt": LINE, "val/street.txt": "0 0.5 0.5 0.1 0.1"})
        response = send({"set.zip": archive})
        assert [one["status"] for one in response.json()["files"]] == ["repeated", "taken"]
        assert len(boxes_on(image)) == 1


class TestNames:
    def test_unknown_names_are_told(self, send, image):
        response = send({"nobody.txt": LINE})
        assert outcome(response)["status"] == "unknown"
        assert outcome(response)["media_id"] is None

    def test_a_name_that_two_images_have_is_told_not_guessed(self, send, owner, image):
        other = make_media(owner, "street.png", picture(80, 40))
        assert outcome(send({"a.json": coco((1, [1, 1, 5, 5]))}))["status"] == "ambiguous"
        assert boxes_on(image) == boxes_on(other) == []
        tags.add(owner.pk, [other.pk], "night")
        response = send({"a.json": coco((1, [1, 1, 5, 5]))}, tag="night")
        assert outcome(response)["media_id"] == str(other.pk)

    def test_a_stem_that_two_images_have_is_told(self, send, owner, image):
        make_media(owner, "street.jpg", picture(80, 40, "JPEG"))
        assert outcome(send({"street.txt": LINE}))["status"] == "ambiguous"

    def test_a_tag_that_the_image_lacks(self, send, image):
        said = outcome(send({"street.txt": LINE}, tag="night"))["errors"][0]
        assert said == "There is no image of this name among those with the tag night."

    def test_names_in_any_script_and_spelling(self, send, owner):
        medium = make_media(owner, "Straße 硬币.png", picture(80, 40))
        decomposed = "train\\Straße 硬币.png"
        send({"a.json": coco((1, [1, 1, 5, 5]), name=decomposed)})
        send({"b.zip": zipped({"labels/straße 硬币.txt": LINE})})
        assert len(boxes_on(medium)) == 2

    def test_another_case_counts_only_where_no_other_fits(self, send, owner, image):
        shout = make_media(owner, "STREET.png", picture(80, 40))
        send({"a.json": coco((1, [1, 1, 5, 5]))})
        assert (len(boxes_on(image)), len(boxes_on(shout))) == (1, 0)

    def test_videos_and_other_peoples_images_are_not_found(self, send, owner, db):
        make_media(make_user(), "street.png", picture(80, 40))
        make_video(owner, "street.mp4")
        assert outcome(send({"street.txt": LINE}))["status"] == "unknown"


class TestLimits:
    def test_no_boxes_at_all(self, send, image):
        assert_problem(send({"a.json": ""}), 400, "empty")
        assert_problem(send({"a.png": picture()}), 400, "no boxes")
        assert_problem(send({}), 400, "No file came in")

    def test_members_that_would_be_ignored_are_refused(self, send, image):
        assert_problem(send({"a.json": coco()}, roll="positive"), 422, "roll")

    def test_too_much_text(self, send, image, monkeypatch):
        monkeypatch.setattr(files, "MAX_BYTES", 1000)
        assert_problem(send({"street.txt": LINE * 100}), 413, "in all")
        bomb = zipped({"street.txt": LINE * 200_000})
        assert len(bomb) < 20_000
        assert_problem(send({"a.zip": bomb}), 413, "in all")

    def test_too_many_boxes(self, send, image, monkeypatch):
        monkeypatch.setattr(limits, "MAX_BOXES", 10)
        assert_problem(send({"street.txt": LINE * 11}), 413, "more than 10 boxes")
        assert_problem(send({"a.json": coco(*[(1, [1, 1, 2, 2])] * 11)}), 413)

    def test_a_damaged_archive_takes_nothing(self, send, image):
        data = zipped({"street.txt": LINE * 50})
        assert_problem(send({"a.zip": data[:-30]}), 400)
        assert boxes_on(image) == []

    def test_nobody_waits_for_ever(self, send, image, monkeypatch):
        monkeypatch.setattr(taking, "PATIENCE_S", 0.01)
        with taking._turn:
            assert_problem(send({"street.txt": LINE}), 503, "Try again")

    def test_the_number_of_queries_does_not_grow(self, owner, db, django_assert_max_num_queries):
        for n in range(30):
            make_media(owner, f"{n}.png", picture(80, 40))
        document = {
            "images": [{"id": n, "file_name": f"{n}.png"} for n in range(30)],
            "annotations": [
                {"id": n, "image_id": n % 30, "bbox": [n / 10, 1, 5, 5]} for n in range(300)
            ],
        }
        with django_assert_max_num_queries(10):
            report = box_import.import_boxes(
                owner, [uploaded("a.json", json.dumps(document).encode())]
            )
        assert report.added == 300

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
            | st.sampled_from(["street.png", 7]),
            lambda inner: st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["id", "file_name", "bbox", "image_id", "category_id", "width"]),
                inner,
            ),
            max_leaves=12,
        )
    )  # fmt: skip
    def test_any_json_is_taken_or_told(self, owner, image, inner):
        document = {"images": [inner, {"id": 7, "file_name": "street.png"}], "annotations": [inner]}
        refusals = set()
        for one in (document, {**document, "images": document["images"][1:]}):
            upload = uploaded("a.json", json.dumps(one).encode())
            try:
                box_import.import_boxes(owner, [upload])
            except Refused as error:
                refusals.add(error.status)
        assert refusals <= {400, 413}
