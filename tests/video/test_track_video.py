"""POST and GET /v1/results/{id}/preview, and PREVIEWS=always."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from jobs import storage
from jobs.drawing import track_video
from jobs.engine import hooks
from jobs.engine.deletion import delete_job
from jobs.models import Job, JobItem
from jobs.refusal import Refusal
from plugins_app.finding import registry
from tests.api.asserts import assert_problem
from tests.factories import (
    api_client,
    make_finished_job,
    make_media,
    make_user,
    make_video,
    run_jobs,
)


@pytest.fixture
def owner(db):
    return make_user("ada")


@pytest.fixture
def client(owner):
    return api_client(owner)


@pytest.fixture
def item(owner, echo_plugin):
    """A completed item with tracks of a video."""
    return make_finished_job(owner, [make_video(owner, frames=24)], "film").items.get()


def url(item):
    return f"/v1/results/{item.pk}/preview"


def test_it_is_made_by_a_job_and_then_there(client, item):
    assert_problem(client.get(url(item)), 404, "Ask for it with a POST")
    answer = client.post(url(item))
    assert answer.status_code == 202
    assert (answer.json()["plugin_id"], answer.json()["tool"]) == ("media", "preview")
    assert_problem(client.get(url(item)), 404, "pending")
    assert run_jobs() == 1
    made = client.get(url(item))
    assert (made.status_code, made["Content-Type"]) == (200, "video/mp4")
    assert b"".join(made.streaming_content)[4:8] == b"ftyp"
    part = client.get(url(item), HTTP_RANGE="bytes=4-7")
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"ftyp")


def test_asking_again_makes_no_second_one(client, item):
    first = client.post(url(item)).json()["job_id"]
    assert client.post(url(item)).json()["job_id"] == first
    run_jobs()
    again = client.post(url(item))
    assert (again.status_code, again.json()["job_id"]) == (200, first)


def test_after_a_failure_it_can_be_asked_for_again(client, item):
    first = client.post(url(item)).json()["job_id"]
    JobItem.objects.filter(job=first).update(status="failed")
    assert client.post(url(item)).json()["job_id"] != first


def test_the_result_never_waits_for_it(item):
    """It comes behind everything else that its owner has waiting."""
    assert track_video.request(item).priority > item.job.priority


def test_the_item_says_which_result_it_shows(client, item):
    job = track_video.request(item)
    run_jobs()
    maker = job.items.get()
    assert maker.reused == item
    assert maker.run["params"]["item"] == str(item.pk)


def test_results_without_tracks_are_refused(client, owner, echo_plugin):
    job = make_finished_job(owner, [make_media(owner)])
    assert_problem(client.post(url(job.items.get())), 409, "tracks")
    assert not Job.objects.filter(plugin_id="media").exists()


def test_when_the_result_is_deleted_meanwhile_the_job_fails_with_a_reason(owner, item):
    job = track_video.request(item)
    delete_job(item.job)
    run_jobs()
    job.refresh_from_db()
    assert job.status == "failed"
    assert "deleted" in job.items.get().error_message


def test_nobody_can_submit_to_the_servers_own_plugin(client, owner, item):
    body = {"plugin_id": "media", "tool": "preview", "media_ids": [str(item.media_id)]}
    body["params"] = {"item": str(item.pk)}
    assert_problem(client.post("/v1/jobs", body, format="json"), 404, "media")


def test_a_plugin_of_others_gets_its_own_parameters_untouched(item):
    claim = SimpleNamespace(tool="preview", params={"item": str(item.pk)})
    call = hooks.ComingCall(registry.get("film"), claim, Path("input"), Path("work"), print)
    for listener in hooks.before_call:
        with listener(call) as further:
            assert further == {}


def test_with_previews_always_it_follows_each_result(owner, echo_plugin, settings):
    settings.PREVIEWS = "always"
    job = make_finished_job(owner, [make_video(owner), make_video(owner, frames=12)], "film")
    run_jobs()
    for item in job.items.all():
        assert track_video.artifact_of(track_video.find(item)) is not None
    assert Job.objects.filter(plugin_id="media").count() == 2


def test_on_request_nothing_is_made_by_itself(item):
    assert track_video.find(item) is None


def test_its_file_is_named_as_an_output_of_its_own_job(item):
    job = track_video.request(item)
    run_jobs()
    artifact = track_video.artifact_of(job.items.get())
    assert artifact.file.name.startswith(f"video/output/{job.pk}/")
    with storage.open_file(artifact.file.name) as file:
        assert len(file.read()) == artifact.size_bytes


def test_a_pending_result_cannot_be_drawn(owner, echo_plugin):
    from tests.factories import make_job

    job = make_job(owner, [make_video(owner)], "film")
    with pytest.raises(Refusal, match="pending"):
        track_video.request(job.items.select_related("media__blob").get())
