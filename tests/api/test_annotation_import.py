"""POST /v1/annotations/import: which images files mean, and the limits."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.annotating import import_apply as taking
from jobs.annotating import import_files as files
from jobs.annotating import import_parsed as limits
from jobs.library import tags
from jobs.refusal import Refusal
from tests.api.asserts import assert_problem
from tests.api.box_files import LINE, boxes_on, coco, outcome, sender, zipped
from tests.factories import make_media, make_user, make_video, picture, uploaded


@pytest.fixture
def image(owner):
    return make_media(owner, "street.png", picture(80, 40))


@pytest.fixture
def send(client):
    return sender(client)


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
        assert_problem(send({"b.json": coco(), "a.json": ""}), 400, "a.json is empty")
        assert_problem(send({"a.png": picture()}), 400, "no boxes")
        assert_problem(send({}), 400, "No file was sent")

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
        monkeypatch.setattr(taking.ONE_AT_A_TIME, "patience_s", 0.01)
        with taking.ONE_AT_A_TIME:
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
            report = taking.import_boxes(owner, [uploaded("a.json", json.dumps(document).encode())])
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
                taking.import_boxes(owner, [upload])
            except Refusal as error:
                refusals.add(error.status)
        assert refusals <= {400, 413}
