"""GET and POST /v1/images and /v1/videos"""

import pytest

from jobs.annotating import rules as annotations
from jobs.annotating.rules import Draft
from jobs.models import Blob, Media
from tests.api.asserts import assert_problem
from tests.factories import (
    form_file,
    make_finished_job,
    make_job,
    make_media,
    make_user,
    picture,
)

URL = "/v1/images"


def upload(client, *files, url=URL):
    return client.post(url, {"file": list(files)}, format="multipart")


def names(client, **query):
    response = client.get(URL, query)
    assert response.status_code == 200, response.content
    return [row["filename"] for row in response.json()["results"]]


class TestUploading:
    def test_an_image_becomes_a_medium(self, client, db):
        response = upload(client, form_file("ein Bild.png"))
        assert response.status_code == 201
        body = response.json()
        assert response["Location"] == body["urls"]["self"]
        assert (body["filename"], body["kind"]) == ("ein Bild.png", "image")
        assert body["annotation_count"] == 0
        assert body["duplicate_of"] is None
        assert client.get(body["urls"]["self"]).json()["id"] == body["id"]

    def test_the_same_bytes_are_a_new_medium_that_names_the_first(self, client, db):
        data = picture()
        first = upload(client, form_file("a.png", data)).json()
        client.patch(f"{URL}/{first['id']}", {"text_prompt": "mine"})
        for _ in range(2):
            again = upload(client, form_file("b.png", data)).json()
            assert again["id"] != first["id"]
            assert again["duplicate_of"] == first["id"]
            assert again["text_prompt"] == ""
        assert (Media.objects.count(), Blob.objects.count()) == (3, 1)

    def test_somebody_elses_bytes_are_not_named(self, client, db):
        data = picture()
        make_media(make_user(), data=data)
        assert upload(client, form_file("b.png", data)).json()["duplicate_of"] is None

    def test_one_file_a_request(self, client, db):
        assert_problem(upload(client, form_file(), form_file()), 400, "one file")
        assert_problem(upload(client), 400, "No file")
        assert Media.objects.count() == 0

    def test_what_is_no_image_is_refused(self, client, db):
        assert_problem(upload(client, form_file("a.png", b"text")), 400)
        assert_problem(upload(client, form_file(), url="/v1/videos"), 400, "not a video")

    def test_json_is_not_taken(self, client, db):
        assert_problem(client.post(URL, {"file": "x"}, format="json"), 415)

    def test_a_field_that_would_be_ignored_is_refused(self, client, db):
        response = client.post(URL, {"file": form_file(), "tag": "street"}, format="multipart")
        assert_problem(response, 422)
        assert "'tag' is not a member here" in response.json()["detail"]


class TestListing:
    def test_newest_first_and_only_ones_own(self, client, owner):
        make_media(make_user(), "theirs.png")
        for name in ("a.png", "b.png"):
            make_media(owner, name)
        assert names(client) == ["b.png", "a.png"]

    def test_pages_hang_together(self, client, owner):
        for number in range(5):
            make_media(owner, f"{number}.png")
        seen, url = [], f"{URL}?limit=2"
        while url:
            page = client.get(url).json()
            seen += [row["filename"] for row in page["results"]]
            url = page["next"]
        assert seen == [f"{number}.png" for number in (4, 3, 2, 1, 0)]

    def test_filters(self, client, owner):
        drawn, prompted, tagged = (make_media(owner, f"{n}-Foto.png") for n in "abc")
        annotations.add(drawn, [Draft(point=[1, 1]), Draft(bbox=[1, 1, 3, 3])])
        client.patch(f"{URL}/{prompted.pk}", {"text_prompt": "Blue car"})
        client.patch(f"{URL}/{tagged.pk}", {"tags": ["street"]})
        assert names(client, annotated="true") == ["a-Foto.png"]
        assert names(client, annotated="false") == ["c-Foto.png", "b-Foto.png"]
        assert names(client, q="foto") == ["c-Foto.png", "b-Foto.png", "a-Foto.png"]
        assert names(client, q="blue") == ["b-Foto.png"]
        assert names(client, filename="a-Foto.png") == ["a-Foto.png"]
        assert names(client, filename="Foto") == []
        assert names(client, tag="street") == ["c-Foto.png"]
        assert names(client, created_after=tagged.created_at.isoformat()) == ["c-Foto.png"]
        assert names(client, created_before=drawn.created_at.isoformat()) == []
        assert client.get(URL, {"annotated": "true"}).json()["results"][0]["annotation_count"] == 2

    def test_by_results(self, client, owner, echo_plugin):
        done, plain = make_media(owner, "done.png"), make_media(owner, "plain.png")
        make_finished_job(owner, [done], "echo", ["read"])
        make_job(owner, [plain])
        assert names(client, results="true") == ["done.png"]
        assert names(client, results="false") == ["plain.png"]
        assert names(client, tool="read") == names(client, tool="echo/read") == ["done.png"]
        assert names(client, tool="echo/describe") == []
        assert names(client, tool="marker/read", results="false") == ["plain.png", "done.png"]

    @pytest.mark.parametrize("query", ["q=%00", "results=with", "tool=%00", "tag=%00", "limit=0",
                                       "cursor=x", "filename=%00",
                                       "annotated=maybe", "created_after=0001-01-01",
                                       "q=" + "x" * 201])  # fmt: skip
    def test_nonsense_is_refused(self, client, owner, query):
        make_media(owner)
        response = client.get(f"{URL}?{query}")
        assert_problem(response, response.status_code)
        assert response.status_code in (400, 404)

    def test_videos_have_a_list_of_their_own(self, client, owner):
        make_media(owner)
        assert client.get("/v1/videos").json()["results"] == []

    def test_the_number_of_queries_does_not_grow(self, client, owner, django_assert_num_queries):
        for number in range(6):
            medium = make_media(owner)
            annotations.add(medium, [Draft(bbox=[1, 1, 3, 3])] * number)
            client.patch(f"{URL}/{medium.pk}", {"tags": [f"t{number}", "all"]})
        with django_assert_num_queries(3):  # key, media with blobs and counts, tags
            rows = client.get(URL).json()["results"]
        assert [row["annotation_count"] for row in rows] == [5, 4, 3, 2, 1, 0]
        assert rows[0]["tags"] == ["all", "t5"]
