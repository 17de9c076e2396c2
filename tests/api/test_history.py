"""GET /v1/images/{id}/history and POST /v1/results/{id}/annotations"""

import pytest

from jobs.annotating import rules as annotations
from jobs.annotating.rules import Draft
from tests.api.asserts import assert_problem
from tests.factories import make_finished_job, make_job, make_media, picture


@pytest.fixture
def image(owner, echo_plugin):
    made = make_media(owner, data=picture(40, 30))
    annotations.add(made, [Draft(bbox=[2, 4, 10, 8], label="coin")])
    return made


def mark(owner, image):
    job = make_finished_job(owner, [image], "marker", ["inside_box"])
    return job.items.get()


def history(client, image, **query):
    return client.get(f"/v1/images/{image.pk}/history", query).json()["results"]


class TestHistory:
    def test_results_newest_first_with_what_made_them(self, client, owner, image):
        old = mark(owner, image)
        annotations.replace(image, [Draft(bbox=[5, 5, 4, 4])])
        new = mark(owner, image)
        make_job(owner, [image])
        rows = history(client, image)
        assert [row["id"] for row in rows] == [str(new.pk), str(old.pk)]
        assert [row["run"]["annotations"][0]["bbox"] for row in rows] == [
            [5, 5, 4, 4],
            [2, 4, 10, 8],
        ]
        assert rows[0]["plugin_id"] == "marker"
        assert client.get(rows[0]["result_url"]).status_code == 200

    def test_filters(self, client, owner, image):
        marked = mark(owner, image)
        make_finished_job(owner, [image], "echo", ["read"])
        for query in ({"mode": "inside_box"}, {"tool": "inside_box"}, {"plugin_id": "marker"},
                      {"tool": "marker/inside_box"}):  # fmt: skip
            assert [row["id"] for row in history(client, image, **query)] == [str(marked.pk)]
        assert history(client, image, mode="nothing") == []

    def test_pages_hang_together(self, client, owner, image):
        items = [str(mark(owner, image).pk) for _ in range(3)]
        seen, url = [], f"/v1/images/{image.pk}/history?limit=2"
        while url:
            page = client.get(url).json()
            seen += [row["id"] for row in page["results"]]
            url = page["next"]
        assert seen == items[::-1]

    def test_other_images_and_other_people(self, client, owner, stranger, image):
        mark(owner, image)
        assert history(client, make_media(owner)) == []
        assert_problem(stranger.get(f"/v1/images/{image.pk}/history"), 404)

    def test_the_number_of_queries_does_not_grow(
        self, client, owner, image, django_assert_num_queries
    ):
        for _ in range(4):
            mark(owner, image)
        history(client, image)
        with django_assert_num_queries(4):  # key, image, items, artifacts
            assert len(history(client, image)) == 4


class TestTakingOver:
    def test_what_was_found_becomes_boxes_with_labels(self, client, owner, image):
        item = mark(owner, image)
        response = client.post(f"/v1/results/{item.pk}/annotations", {"role": "positive"})
        assert response.status_code == 201
        (made,) = response.json()
        assert (made["bbox"], made["label"], made["role"]) == ([2, 4, 5, 8], "coin", "positive")
        assert client.get(f"/v1/images/{image.pk}").json()["annotation_count"] == 2

    def test_boxes_that_are_there_are_not_doubled(self, client, owner, image):
        item = mark(owner, image)
        client.post(f"/v1/results/{item.pk}/annotations")
        assert client.post(f"/v1/results/{item.pk}/annotations").json() == []

    def test_lines_of_text_have_boxes_too(self, client, owner, image):
        item = make_finished_job(owner, [image], "echo", ["read"]).items.get()
        (made,) = client.post(f"/v1/results/{item.pk}/annotations").json()
        assert made["bbox"] == [1, 1, 10, 4]

    def test_what_has_no_result_is_told(self, client, owner, image):
        item = make_job(owner, [image]).items.get()
        assert_problem(client.post(f"/v1/results/{item.pk}/annotations"), 409, "pending")
        done = mark(owner, image)
        done.result.storage.delete(done.result.name)
        assert_problem(client.post(f"/v1/results/{done.pk}/annotations"), 410)

    def test_a_wrong_role_is_refused(self, client, owner, image):
        item = mark(owner, image)
        assert_problem(client.post(f"/v1/results/{item.pk}/annotations", {"role": "x"}), 400)
