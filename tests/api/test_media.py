"""GET /v1/media/{id}"""

import pytest

from jobs.models import Blob, Job, Media
from tests.api.asserts import assert_problem, pointers
from tests.factories import make_finished_job, make_job, make_media, picture


def test_a_medium_says_what_it_is(client, owner):
    data = picture(64, 48, "JPEG")
    medium = make_media(owner, "ein Bild.jpg", data)
    body = client.get(f"/v1/media/{medium.pk}").json()
    assert body == {
        "id": str(medium.pk),
        "kind": "image",
        "filename": "ein Bild.jpg",
        "content_type": "image/jpeg",
        "size_bytes": len(data),
        "sha256": medium.blob.sha256,
        "width": 64,
        "height": 48,
        "duration_s": None,
        "frame_count": 1,
        "text_prompt": "",
        "tags": [],
        "annotation_count": 0,
        "created_at": body["created_at"],
        "urls": {
            "self": f"http://testserver/v1/media/{medium.pk}",
            "file": f"http://testserver/v1/media/{medium.pk}/file",
            "thumbnail": f"http://testserver/v1/media/{medium.pk}/thumbnail",
            "annotations": f"http://testserver/v1/images/{medium.pk}/annotations",
            "history": f"http://testserver/v1/images/{medium.pk}/history",
        },
    }


def test_its_links_lead_to_pictures(client, owner):
    urls = client.get(f"/v1/media/{make_media(owner).pk}").json()["urls"]
    assert client.get(urls["file"])["Content-Type"] == "image/png"
    assert client.get(urls["thumbnail"])["Content-Type"] == "image/webp"


class TestChanging:
    def test_name_prompt_and_tags_are_set(self, client, owner):
        medium = make_media(owner)
        wanted = {"filename": "中文.png", "text_prompt": "a coin", "tags": ["b", " a  c ", "b"]}
        body = client.patch(f"/v1/images/{medium.pk}", wanted).json()
        assert (body["filename"], body["text_prompt"]) == ("中文.png", "a coin")
        assert body["tags"] == ["a c", "b"]
        assert client.get(f"/v1/media/{medium.pk}").json() == body

    def test_what_is_not_given_stays(self, client, owner):
        medium = make_media(owner, "a.png")
        client.patch(f"/v1/images/{medium.pk}", {"text_prompt": "x", "tags": ["t"]})
        body = client.patch(f"/v1/media/{medium.pk}", {"filename": "../b.png"}).json()
        assert (body["filename"], body["text_prompt"], body["tags"]) == ("b.png", "x", ["t"])

    @pytest.mark.parametrize(
        ("wanted", "status", "where"),
        [
            ({"filename": ""}, 400, "/filename"),
            ({"filename": None}, 400, "/filename"),
            ({"text_prompt": "x\0"}, 400, "/text_prompt"),
            ({"text_prompt": "x" * 10_001}, 400, "/text_prompt"),
            ({"tags": ["x" * 51]}, 400, "/tags/0"),
            ({"tags": ["a,b"]}, 422, "/tags"),
            ({"tags": "a"}, 400, "/tags"),
            ({"kind": "video"}, 422, "/kind"),
        ],
    )
    def test_what_can_not_be_is_refused(self, client, owner, wanted, status, where):
        problem = assert_problem(client.patch(f"/v1/images/{make_media(owner).pk}", wanted), status)
        assert pointers(problem) == [where]


class TestDeleting:
    def test_it_goes_with_results_and_files(
        self, client, owner, echo_plugin, own_data_dir, django_capture_on_commit_callbacks
    ):
        medium = make_media(owner)
        make_finished_job(owner, [medium], params={"picture": True})
        make_job(owner, [medium])
        with django_capture_on_commit_callbacks(execute=True):
            assert client.delete(f"/v1/images/{medium.pk}").status_code == 204
        assert client.get(f"/v1/images/{medium.pk}").status_code == 404
        assert Media.objects.count() == Blob.objects.count() == Job.objects.count() == 0
        assert not [path for path in (own_data_dir / "media").rglob("*") if path.is_file()]

    def test_bytes_that_another_upload_has_stay(self, client, owner):
        data = picture()
        one, twin = make_media(owner, data=data), make_media(owner, data=data)
        assert client.delete(f"/v1/media/{one.pk}").status_code == 204
        assert client.get(f"/v1/media/{twin.pk}/file").status_code == 200
