"""Videos through the API: submitting them, their jobs, and the early routes."""

import pytest

from jobs.engine import lifecycle
from jobs.models import Job, Media
from tests.api.asserts import assert_problem
from tests.factories import (
    api_client,
    film,
    form_file,
    make_finished_job,
    make_job,
    make_media,
    make_user,
    make_video,
    run_jobs,
)

MP4 = film(frames=24)


@pytest.fixture
def owner(db):
    return make_user("ada")


@pytest.fixture
def client(owner):
    return api_client(owner)


def video_file(name="walk.mp4", data=MP4):
    return form_file(name, data, "video/mp4")


def submit(client, route="/v1/video/submit", query="plugin_id=film", **form):
    form.setdefault("file", video_file())
    return client.post(f"{route}?{query}", form, format="multipart")


def test_a_video_runs_and_its_result_is_in_the_job(client, echo_plugin):
    body = submit(client).json()
    assert (body["status"], body["job_type"]) == ("pending", "video")
    assert (body["plugin_id"], body["tool"]) == ("film", "follow")
    assert run_jobs() == 1
    job = client.get(f"/v1/jobs/{body['job_id']}").json()
    assert (job["status"], job["job_type"]) == ("completed", "video")
    assert len(job["results"]["frames"]) == 24
    assert job["results"]["tracks"][0]["frames"] == 24


def test_its_files_are_named_as_videos(client, owner, echo_plugin):
    job = make_finished_job(owner, [make_video(owner)], plugin="film")
    assert job.items.get().result.name.startswith(f"video/output/{job.pk}/")


def test_a_picture_is_sent_on_to_the_other_route(client, echo_plugin):
    answer = submit(client, file=form_file())
    assert_problem(answer, 400, "an image", "/v1/image/submit")
    assert not Media.objects.exists()


def test_a_video_is_sent_on_from_the_route_for_images(client, echo_plugin):
    answer = submit(client, "/v1/image/submit", "plugin_id=echo")
    assert_problem(answer, 400, "a video", "/v1/video/submit")
    assert not Media.objects.exists()


@pytest.mark.parametrize("route", ["/v1/video/submit", "/v1/image/submit", "/v1/analyze"])
def test_a_request_without_a_body_is_told_that_a_file_is_missing(client, echo_plugin, route):
    answer = client.post(f"{route}?plugin_id=film")
    assert_problem(answer, 400, "No file was sent")


def test_a_tool_for_pictures_does_not_take_a_video(client, echo_plugin):
    assert_problem(submit(client, query="plugin_id=echo&tool=describe"), 422, "takes image")


def test_the_default_tool_is_one_that_takes_videos(client, echo_plugin):
    """The echo plugin's first tool takes images."""
    assert submit(client, query="plugin_id=echo").json()["tool"] == "watch"


def test_a_capability_is_looked_for_among_tools_for_videos(client, echo_plugin):
    body = submit(client, query="plugin_id=film&logical_tool_id=tracking").json()
    assert body["tool"] == "follow"


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.avi"])
def test_a_list_of_files_is_refused(client, echo_plugin, name):
    data = b"ffconcat version 1.0\nfile /etc/passwd\n"
    assert_problem(submit(client, file=video_file(name, data)), 400, "Videos may be")


def test_a_job_of_files_finds_their_kinds_itself(client, echo_plugin):
    answer = client.post(
        "/v1/jobs?plugin_id=film", {"file": [video_file(), video_file("b.mp4")]}, format="multipart"
    )
    assert answer.status_code == 202
    assert (answer.json()["job_type"], answer.json()["image_count"]) == ("video", 2)


def test_pictures_and_videos_in_one_job_need_a_tool_for_both(client, echo_plugin):
    files = {"file": [video_file(), form_file()]}
    answer = client.post("/v1/jobs?plugin_id=film&tool=size", files, format="multipart")
    assert answer.json()["job_type"] == "mixed"
    assert run_jobs() == 2
    items = client.get(f"/v1/jobs/{answer.json()['job_id']}/items").json()["results"]
    results = [client.get(item["url"]).json()["result"] for item in items]
    assert [result["kind"] for result in results] == ["video", "image"]
    again = client.post(
        "/v1/jobs?plugin_id=film&tool=follow",
        {"file": [video_file(), form_file()]},
        format="multipart",
    )
    assert_problem(again, 422, "takes video, not image and video")


def test_a_mixed_job_can_be_run_again(client, owner, echo_plugin):
    job = make_finished_job(owner, [make_video(owner), make_media(owner)], "film", ["size"])
    answer = client.post(f"/v1/jobs/{job.pk}/retry", {}, format="json")
    assert answer.status_code == 202
    assert answer.json()["job_type"] == "mixed"


def test_the_default_tool_of_a_mixed_job_takes_both(client, owner, echo_plugin):
    ids = [str(make_video(owner).pk), str(make_media(owner).pk)]
    answer = client.post("/v1/jobs", {"plugin_id": "film", "media_ids": ids}, format="json")
    assert (answer.status_code, answer.json()["tool"]) == (202, "size")


def test_a_video_of_the_library_says_how_long_it_is(client, owner):
    body = client.get(f"/v1/media/{make_video(owner, frames=45).pk}").json()
    assert (body["kind"], body["duration_s"], body["frame_count"]) == ("video", 1.5, 45)
    assert (body["width"], body["height"], body["content_type"]) == (160, 120, "video/mp4")


def test_the_video_of_a_job_comes_in_ranges(client, owner, echo_plugin):
    data = film(frames=12)
    medium = make_media(owner, "walk.mp4", data)
    job = make_job(owner, [make_media(owner), medium], "film", ["size"])
    answer = client.get(f"/v1/jobs/{job.pk}/video", HTTP_RANGE="bytes=10-19")
    assert answer.status_code == 206
    assert b"".join(answer.streaming_content) == data[10:20]
    assert answer["Content-Type"] == "video/mp4"
    assert "walk.mp4" in answer["Content-Disposition"]


def test_a_job_of_pictures_has_no_video(client, owner, echo_plugin):
    job = make_job(owner, [make_media(owner)])
    assert_problem(client.get(f"/v1/jobs/{job.pk}/video"), 404, "no video")


def test_progress_and_its_note_are_in_the_job_while_it_runs(client, owner, echo_plugin):
    job = make_job(owner, [make_video(owner)], "film")
    job.items.update(status="running", progress=0.5, progress_note="12 of 24 frames, 3 s left")
    Job.objects.filter(pk=job.pk).update(status="running")
    body = client.get(f"/v1/jobs/{job.pk}").json()
    assert (body["progress"], body["progress_note"]) == (0.5, "12 of 24 frames, 3 s left")


# --- the early routes -------------------------------------------------------------------------


def assert_deprecated(answer):
    assert answer["Deprecation"].startswith("@")
    assert answer["Sunset"]
    assert "successor-version" in answer["Link"]


def test_the_early_status_has_its_shape(client, owner, echo_plugin):
    job = make_job(owner, [make_video(owner)], "film")
    url = f"/v1/video/status/{job.pk}"

    def told():
        body = client.get(url).json()
        return body["status"], body["progress"]

    answer = client.get(url)
    assert set(answer.json()) == {"job_id", "status", "progress", "created_at", "updated_at"}
    assert_deprecated(answer)
    assert told() == ("pending", 0)
    Job.objects.filter(pk=job.pk).update(status="running")
    assert told() == ("running", 0.5)
    Job.objects.filter(pk=job.pk).update(status="pending")
    run_jobs()
    assert told() == ("completed", 1)


def test_the_early_results_are_404_until_the_job_has_completed(client, owner, echo_plugin):
    job = make_job(owner, [make_video(owner)], "film")
    url = f"/v1/video/results/{job.pk}"
    answer = client.get(url)
    assert_problem(answer, 404, "not completed")
    assert_deprecated(answer)
    run_jobs()
    body = client.get(url).json()
    assert set(body) == {"job_id", "results", "created_at", "updated_at"}
    assert len(body["results"]["frames"]) == 10


def test_early_routes_show_a_canceled_job_as_failed(client, owner, echo_plugin):
    job = make_job(owner, [make_video(owner)], "film")
    lifecycle.cancel(job)
    body = client.get(f"/v1/video/status/{job.pk}").json()
    assert (body["status"], body["progress"]) == ("failed", 1)
    assert_problem(client.get(f"/v1/video/results/{job.pk}"), 404)


def test_early_results_that_are_too_large_name_the_place_to_get_them(
    client, owner, echo_plugin, settings
):
    job = make_finished_job(owner, [make_video(owner)], "film")
    settings.MAX_RESULT_INLINE_BYTES = 100
    assert_problem(client.get(f"/v1/video/results/{job.pk}"), 404, f"/v1/jobs/{job.pk}/result")
