"""/v1/images/{id}/annotations"""

import uuid

import pytest

from jobs.models import Annotation
from tests.api.asserts import assert_problem, pointers
from tests.api.test_hostile_input import HOSTILE, assert_bad
from tests.factories import make_media, make_user, picture

BOX = {"bbox": [2, 3, 10, 8], "role": "positive", "label": "Münze"}


@pytest.fixture
def image(owner):
    return make_media(owner, data=picture(40, 30))


@pytest.fixture
def url(image):
    return f"/v1/images/{image.pk}/annotations"


def boxes(client, url):
    return [row.get("bbox") or row["point"] for row in client.get(url).json()]


class TestAdding:
    def test_one_is_answered_with_one(self, client, url, image):
        response = client.post(url, BOX)
        assert response.status_code == 201
        body = response.json()
        assert body == BOX | {"id": body["id"], "kind": "box", "created_at": body["created_at"]}
        assert client.get(url).json() == [body]
        assert client.get(f"/v1/images/{image.pk}").json()["annotation_count"] == 1

    def test_a_list_is_answered_with_a_list(self, client, url):
        response = client.post(url, [BOX, {"point": [40, 30]}])
        assert response.status_code == 201
        assert [row["kind"] for row in response.json()] == ["box", "point"]
        assert response.json()[1]["role"] == "segment"

    def test_a_box_over_the_edge_is_cut_at_the_edge(self, client, url):
        assert client.post(url, {"bbox": [-5, 20, 100, 100]}).json()["bbox"] == [0, 20, 40, 10]

    def test_all_are_taken_or_none(self, client, url):
        problem = assert_problem(client.post(url, [BOX, {"bbox": [50, 0, 5, 5]}]), 422, "outside")
        assert pointers(problem) == ["/1/bbox"]
        assert Annotation.objects.count() == 0

    @pytest.mark.parametrize(
        ("wrong", "status", "where"),
        [
            ({}, 422, ""),
            ({"bbox": [1, 1, 2, 2], "point": [1, 1]}, 422, ""),
            ({"bbox": [1, 1, 2]}, 400, "/bbox"),
            ({"bbox": [1, 1, 0, 5]}, 422, "/bbox"),
            ({"bbox": [1, 1, -2, 5]}, 422, "/bbox"),
            ({"bbox": ["1", 1, 2, 5]}, 400, "/bbox"),
            ({"bbox": [True, 1, 2, 5]}, 400, "/bbox"),
            ({"bbox": [1, 1, 10**400, 5]}, 422, "/bbox"),
            ({"point": [41, 1]}, 422, "/point"),
            ({"point": [1e300, 1]}, 422, "/point"),
            ({"point": [1, 1], "role": "best"}, 400, "/role"),
            ({"point": [1, 1], "label": "x" * 101}, 400, "/label"),
            ({"point": [1, 1], "label": "\0"}, 400, "/label"),
            ({"point": [1, 1], "colour": "red"}, 422, "/colour"),
        ],
    )
    def test_what_can_not_be_is_refused(self, client, url, wrong, status, where):
        problem = assert_problem(client.post(url, wrong), status)
        assert (pointers(problem) or [""]) == [where]
        listed = assert_problem(client.post(url, [BOX, wrong]), status)
        assert pointers(listed) == [f"/1{where}"]
        assert Annotation.objects.count() == 0

    def test_a_thousand_and_no_more(self, client, url):
        assert_problem(client.post(url, [BOX] * 1001), 422, "1000")
        assert client.post(url, [BOX] * 1000).status_code == 201
        assert_problem(client.post(url, BOX), 422, "1000")
        assert client.put(url, [BOX] * 1000).status_code == 200


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_input_is_never_an_error_of_the_server(client, url, value):
    for body in (
        value,
        f'{{"bbox": {value}}}',
        f'{{"bbox": [1, 1, {value}, 2]}}',
        f'{{"point": [{value}, 1]}}',
        f'{{"point": [1, 1], "role": {value}}}',
        f'{{"point": [1, 1], "label": {value}}}',
        f"[{value}]",
    ):
        for method in ("POST", "PUT"):
            response = client.generic(method, url, body, content_type="application/json")
            if response.status_code not in (200, 201):  # an empty list, a label of one letter
                assert_bad(response)


class TestReplacing:
    def test_these_stand_in_the_place_of_all(self, client, url):
        client.post(url, [BOX, BOX])
        response = client.put(url, [{"point": [1, 2]}])
        assert response.status_code == 200
        assert response.json() == client.get(url).json()
        assert boxes(client, url) == [[1, 2]]
        assert client.put(url, []).json() == []

    def test_a_mistake_leaves_the_old_ones(self, client, url):
        client.post(url, BOX)
        assert_problem(client.put(url, [{"bbox": [1, 1, 0, 0]}]), 422)
        assert_problem(client.put(url, BOX), 400, "list")
        assert boxes(client, url) == [BOX["bbox"]]


class TestOne:
    def test_it_can_be_moved_and_renamed(self, client, url):
        one = f"{url}/{client.post(url, BOX).json()['id']}"
        moved = client.patch(one, {"bbox": [5, 5, 3, 3]}).json()
        assert (moved["bbox"], moved["label"]) == ([5, 5, 3, 3], "Münze")
        assert client.patch(one, {"role": "negative"}).json()["bbox"] == [5, 5, 3, 3]
        assert client.patch(one, {"point": [4, 4]}).json()["kind"] == "point"

    def test_a_wrong_change_leaves_it(self, client, url):
        one = f"{url}/{client.post(url, BOX).json()['id']}"
        problem = assert_problem(client.patch(one, {"bbox": [100, 100, 3, 3]}), 422)
        assert pointers(problem) == ["/bbox"]
        assert boxes(client, url) == [BOX["bbox"]]

    def test_it_can_be_deleted_once(self, client, url):
        one = f"{url}/{client.post(url, BOX).json()['id']}"
        assert client.delete(one).status_code == 204
        assert_problem(client.delete(one), 404)

    def test_it_is_found_only_under_its_image(self, client, owner, url):
        made = client.post(url, BOX).json()["id"]
        other = f"/v1/images/{make_media(owner).pk}/annotations/{made}"
        assert_problem(client.patch(other, {}), 404)
        assert_problem(client.delete(other), 404)
        assert_problem(client.delete(f"{url}/{uuid.uuid4()}"), 404)


def test_other_peoples_images_do_not_exist(client, url, stranger):
    assert_problem(stranger.post(url, BOX), 404)
    theirs = f"/v1/images/{make_media(make_user()).pk}/annotations"
    assert_problem(client.put(theirs, []), 404)
    assert Annotation.objects.count() == 0
