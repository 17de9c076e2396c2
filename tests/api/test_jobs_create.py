"""POST /v1/jobs"""

import threading
import uuid

import pytest

from jobs.models import Blob, Job, Media
from tests.api.asserts import assert_problem, pointers
from tests.factories import form_file, make_media, make_user, picture, run_jobs

URL = "/v1/jobs"


def create(client, media=(), **members):
    members.setdefault("plugin_id", "echo")
    if media:
        members.setdefault("media_ids", [str(medium.pk) for medium in media])
    return client.post(URL, members, format="json")


def upload(client, *files, **form):
    form.setdefault("plugin_id", "echo")
    return client.post(URL, {"file": list(files), **form}, format="multipart")


@pytest.fixture
def medium(owner, db):
    return make_media(owner)


class TestOnMediaOfTheLibrary:
    def test_a_job_is_accepted(self, client, echo_plugin, medium):
        response = create(client, [medium], tool="read", params={"word": "hi"})
        assert response.status_code == 202
        body = response.json()
        assert (
            response["Location"]
            == body["urls"]["self"]
            == (f"http://testserver/v1/jobs/{body['job_id']}")
        )
        assert int(response["Retry-After"]) > 0
        assert body["status"] == "pending"
        assert body["tools"] == ["read"]
        assert body["params"] == {"word": "hi"}
        assert body["counts"]["total"] == body["counts"]["pending"] == 1
        assert body["results"] is None

    def test_every_medium_gets_every_tool(self, client, owner, echo_plugin):
        media = [make_media(owner) for _ in range(2)]
        response = create(client, media, tools=["read", "describe"])
        items = Job.objects.get().items.order_by("position")
        assert [(item.media_id, item.tool) for item in items] == [
            (medium.pk, tool) for medium in media for tool in ("read", "describe")
        ]
        assert response.json()["image_count"] == 2

    @pytest.mark.parametrize("spelling", ["tool", "tools", "mode"])
    def test_tools_have_three_names(self, client, echo_plugin, medium, spelling):
        assert create(client, [medium], **{spelling: "read"}).json()["tool"] == "read"
        assert create(client, [medium], **{spelling: ["read"]}).json()["tool"] == "read"

    def test_two_of_these_names_are_too_many(self, client, echo_plugin, medium):
        problem = assert_problem(create(client, [medium], tool="read", mode="read"), 400)
        assert pointers(problem) == ["/mode"]

    def test_image_ids_are_media_ids(self, client, echo_plugin, medium):
        assert create(client, image_ids=[str(medium.pk)]).status_code == 202

    def test_image_ids_and_media_ids_exclude_each_other(self, client, echo_plugin, medium):
        assert_problem(create(client, [medium], image_ids=[str(medium.pk)]), 400)

    @pytest.mark.parametrize("name", ["media_ids", "image_ids", "tools"])
    def test_an_empty_list_is_refused(self, client, echo_plugin, medium, name):
        problem = assert_problem(create(client, **{"media_ids": [str(medium.pk)], name: []}), 400)
        assert pointers(problem) == [f"/{name}"]

    def test_other_peoples_media_do_not_exist(self, client, echo_plugin, medium):
        theirs = make_media(make_user())
        problem = assert_problem(create(client, [medium, theirs]), 404)
        assert pointers(problem) == ["/media_ids/1"]
        unknown = create(client, media_ids=[str(medium.pk), str(uuid.uuid4())])
        assert assert_problem(unknown, 404)["detail"] == problem["detail"]

    def test_ids_that_are_none_are_told(self, client, echo_plugin, medium):
        problem = assert_problem(create(client, media_ids=[str(medium.pk), "x"]), 400)
        assert pointers(problem) == ["/media_ids/1"]

    def test_without_media_there_is_nothing_to_run_on(self, client, echo_plugin):
        assert pointers(assert_problem(create(client), 400)) == ["/media_ids"]

    def test_members_that_nobody_reads_are_refused(self, client, echo_plugin, medium):
        problem = assert_problem(create(client, [medium], priorty="low", x=1), 422)
        assert pointers(problem) == ["/priorty", "/x"]
        assert "priority" in problem["errors"][0]["detail"]
        assert Job.objects.count() == 0

    @pytest.mark.parametrize("body", ["null", "[]", '"x"', "3"])
    def test_the_body_must_be_an_object(self, client, echo_plugin, body):
        response = client.generic("POST", URL, body, content_type="application/json")
        assert_problem(response, 400, "object")

    @pytest.mark.parametrize("body", ["", "{", "\xff", '{"plugin_id": NaN}'])
    def test_what_is_no_json_is_refused(self, client, echo_plugin, body):
        response = client.generic(
            "POST", URL, body.encode("latin-1"), content_type="application/json"
        )
        assert_problem(response, 400)

    def test_priorities(self, client, owner, echo_plugin, medium):
        assert create(client, [medium], priority="low").status_code == 202
        assert Job.objects.get().items.get().priority == 20
        assert_problem(create(client, [medium], priority="high"), 403)
        assert_problem(create(client, [medium], priority="urgent"), 400)

    def test_deadline(self, client, echo_plugin, medium):
        assert create(client, [medium], deadline_seconds=60).status_code == 202
        job = Job.objects.get()
        assert round((job.deadline_at - job.created_at).total_seconds()) == 60

    def test_too_many_items_for_one_job(self, client, echo_plugin, medium, settings):
        settings.MAX_ITEMS_PER_JOB = 2
        assert_problem(create(client, [medium] * 3), 413, "3")


class TestOnFiles:
    def test_several_files_are_one_job(self, client, echo_plugin):
        response = upload(client, form_file("a.png"), form_file("b.png"), tool="read")
        assert response.status_code == 202
        names = [item.media.filename for item in Job.objects.get().items.all()]
        assert names == ["a.png", "b.png"]

    def test_one_bad_file_and_nothing_is_kept(
        self, client, echo_plugin, own_data_dir, django_capture_on_commit_callbacks
    ):
        good, bad = form_file("good.png"), form_file("bad.png", b"nonsense")
        with django_capture_on_commit_callbacks(execute=True):
            response = upload(client, good, bad)
        problem = assert_problem(response, 400, "bad.png", "Nothing was kept")
        assert pointers(problem) == ["/file/1"]
        assert Media.objects.count() == Blob.objects.count() == Job.objects.count() == 0
        assert not [path for path in own_data_dir.rglob("*") if path.is_file()]

    def test_a_bad_file_does_not_take_an_earlier_upload_along(self, client, owner, echo_plugin):
        data = picture()
        mine = make_media(owner, data=data)
        upload(client, form_file("same.png", data), form_file("bad.png", b"nonsense"))
        assert Media.objects.get() == mine
        assert client.get(f"/v1/media/{mine.pk}/file").status_code == 200

    def test_the_same_bytes_twice_are_stored_once(self, client, echo_plugin):
        data = picture()
        assert upload(client, form_file(data=data), form_file(data=data)).status_code == 202
        assert (Media.objects.count(), Blob.objects.count()) == (2, 1)

    def test_no_file_is_told(self, client, echo_plugin):
        assert_problem(upload(client), 400, "No file")

    def test_more_files_than_allowed(self, client, echo_plugin, settings):
        settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
        assert_problem(upload(client, *(form_file() for _ in range(3))), 413, "Too many files")


class TestWaiting:
    def test_without_waiting_the_answer_comes_at_once(self, client, echo_plugin, medium):
        response = create(client, [medium])
        assert response.status_code == 202
        assert "Preference-Applied" not in response

    def test_a_wait_that_is_too_short_says_so(self, client, echo_plugin, medium):
        response = client.post(
            URL,
            {"plugin_id": "echo", "media_ids": [str(medium.pk)]},
            format="json",
            headers={"Prefer": "respond-async, wait=0"},
        )
        assert response.status_code == 202
        assert response["Preference-Applied"] == "wait=0"
        assert "Prefer" in response["Vary"]

    @pytest.mark.django_db(transaction=True)
    def test_the_answer_waits_for_the_result(self, client, echo_plugin, medium):
        worker = threading.Timer(0.3, run_in_thread)
        worker.start()
        response = client.post(
            URL,
            {"plugin_id": "echo", "media_ids": [str(medium.pk)], "tool": "read"},
            format="json",
            headers={"Prefer": "wait=10"},
        )
        worker.join()
        assert response.status_code == 200
        assert response["Preference-Applied"] == "wait=10"
        assert response.json()["results"]["text"] == "hello"
        assert "Retry-After" not in response


def run_in_thread():
    from django.db import connection

    while not run_jobs():
        pass
    connection.close()
