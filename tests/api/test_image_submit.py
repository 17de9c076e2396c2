"""POST /v1/image/submit"""

import json

import pytest

from jobs.models import Blob, Job, Media
from tests.api.asserts import assert_problem, pointers
from tests.factories import form_file, picture, run_jobs

URL = "/v1/image/submit"


def submit(client, query="plugin_id=echo", **form):
    form.setdefault("file", form_file())
    return client.post(f"{URL}?{query}", form, format="multipart")


def test_a_picture_becomes_a_job(client, echo_plugin):
    response = submit(client, "plugin_id=echo&tool=describe")
    assert response.status_code == 200
    body = response.json()
    job = Job.objects.get()
    assert body == {
        "job_id": str(job.pk),
        "status": "pending",
        "job_type": "image",
        "plugin_id": "echo",
        "tool": "describe",
        "tools": ["describe"],
        "submitted_at": body["submitted_at"],
    }
    assert body["submitted_at"].endswith("Z")
    assert response["Content-Type"] == "application/json"


def test_the_job_runs_to_its_result(client, echo_plugin):
    data = picture()
    job_id = submit(client, file=form_file(data=data)).json()["job_id"]
    run_jobs()
    job = client.get(f"/v1/jobs/{job_id}").json()
    assert job["status"] == "completed"
    assert job["results"] == {"words": ["hello"], "strength": 0.5, "size_bytes": len(data)}


def test_a_slash_at_the_end_is_fine(client, echo_plugin):
    response = client.post(f"{URL}/?plugin_id=echo", {"file": form_file()}, format="multipart")
    assert response.status_code == 200


def test_several_tools_make_one_job(client, echo_plugin):
    body = submit(client, "plugin_id=echo&tool=read&tool=describe").json()
    assert body["tool"] == "read"
    assert body["tools"] == ["read", "describe"]
    assert Job.objects.get().items.count() == 2


@pytest.mark.parametrize(
    "query",
    [
        "plugin_id=parrot",
        "plugin_id=echo&tool=default",
        "plugin_id=echo&tool=analyze",
        "plugin_id=echo&tool=",
    ],
)
def test_aliases_and_the_default_tool_resolve(client, echo_plugin, query):
    body = submit(client, query).json()
    assert (body["plugin_id"], body["tool"]) == ("echo", "describe")


def test_a_capability_names_a_tool(client, echo_plugin):
    assert submit(client, "plugin_id=echo&logical_tool_id=description").json()["tool"] == "describe"


def test_a_capability_of_a_video_tool_is_not_found_for_images(client, echo_plugin):
    assert_problem(submit(client, "plugin_id=echo&logical_tool_id=tracking"), 404, "tracking")


def test_tool_and_capability_exclude_each_other(client, echo_plugin):
    response = submit(client, "plugin_id=echo&tool=read&logical_tool_id=description")
    assert_problem(response, 400, "not both")


def test_everything_may_stand_in_the_form(client, echo_plugin):
    response = submit(
        client,
        "",
        plugin_id="echo",
        tool="read",
        params='{"word": "hi"}',
        priority="low",
        deadline_seconds="60",
    )
    assert response.status_code == 200
    job = Job.objects.get()
    assert job.tool_params == {"read": {"word": "hi"}}
    assert job.priority == 20
    assert job.deadline_at is not None


def test_wrong_params_are_told_with_their_place(client, echo_plugin):
    params = json.dumps({"strength": 3, "wrod": "x"})
    problem = assert_problem(submit(client, params=params), 422)
    assert sorted(pointers(problem)) == ["/params/strength", "/params/wrod"]
    assert Media.objects.count() == 0


@pytest.mark.parametrize("params", ["null", "[]", "3", "{", "NaN", "[" * 100_000])
def test_params_that_are_no_object_are_refused(client, echo_plugin, params):
    problem = assert_problem(submit(client, params=params), 400, "params")
    assert pointers(problem) == ["/params"]


@pytest.mark.parametrize("query", ["", "plugin_id=", "plugin_id=%00"])
def test_a_plugin_must_be_named(client, echo_plugin, query):
    problem = assert_problem(submit(client, query), 400)
    assert pointers(problem) == ["/plugin_id"]


def test_an_unknown_plugin_is_not_found_and_the_known_ones_are_told(client, echo_plugin):
    assert_problem(submit(client, "plugin_id=nothing"), 404, "nothing", "echo")


def test_an_unknown_tool_is_not_found_and_the_known_ones_are_told(client, echo_plugin):
    assert_problem(submit(client, "plugin_id=echo&tool=nothing"), 404, "nothing", "describe")


def test_a_tool_for_videos_does_not_take_a_picture(client, echo_plugin):
    assert_problem(submit(client, "plugin_id=echo&tool=watch"), 422, "video")


def test_a_form_field_that_nobody_reads_is_refused(client, echo_plugin):
    problem = assert_problem(submit(client, colour="red"), 422, "colour")
    assert pointers(problem) == ["/colour"]


def test_without_a_file_nothing_happens(client, echo_plugin):
    response = client.post(f"{URL}?plugin_id=echo", {}, format="multipart")
    assert_problem(response, 400, "file")


def test_a_file_in_another_field_is_told(client, echo_plugin):
    response = client.post(f"{URL}?plugin_id=echo", {"image": form_file()}, format="multipart")
    assert_problem(response, 400, "'file'", "'image'")


def test_two_files_are_refused(client, echo_plugin):
    assert_problem(submit(client, file=[form_file(), form_file()]), 400, "/v1/jobs")
    assert Media.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("empty.png", b"", 400),
        ("text.png", b"not a picture", 400),
        ("vector.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", 400),
        ("short.png", picture()[:60], 400),
    ],
)
def test_what_is_no_picture_is_refused_and_not_kept(
    client, echo_plugin, own_data_dir, name, data, status
):
    assert_problem(submit(client, file=form_file(name, data)), status)
    assert Blob.objects.count() == Media.objects.count() == Job.objects.count() == 0
    assert not [path for path in own_data_dir.rglob("*") if path.is_file()]


def test_a_picture_over_the_size_limit_is_refused(client, echo_plugin, settings):
    settings.MAX_IMAGE_BYTES = 1024
    assert_problem(submit(client, file=form_file(data=picture() + b"x" * 2000)), 413)


def test_below_the_disk_floor_uploads_wait(client, echo_plugin, settings):
    settings.FREE_DISK_FLOOR_BYTES = 2**60
    response = submit(client)
    assert_problem(response, 503, "disk")
    assert int(response["Retry-After"]) > 0


def test_a_plugin_is_asked_before_the_picture_is_looked_at(client, echo_plugin):
    """A wrong request is told as such, whatever the file is."""
    assert_problem(submit(client, "plugin_id=nothing", file=form_file(data=b"no picture")), 404)


def test_a_switched_off_plugin_takes_nothing(client, echo_plugin):
    from plugins_app.models import Plugin

    Plugin.objects.filter(pk="echo").update(enabled=False)
    assert_problem(submit(client), 409, "off")


def test_high_priority_is_for_staff(client, owner, echo_plugin):
    assert_problem(submit(client, priority="high"), 403, "staff")
    owner.is_staff = True
    owner.save()
    assert submit(client, priority="high").status_code == 200


@pytest.mark.parametrize("seconds", ["0", "2678401", "soon", "1e999", "-1"])
def test_a_deadline_must_be_within_a_month(client, echo_plugin, seconds):
    problem = assert_problem(submit(client, deadline_seconds=seconds), 400)
    assert pointers(problem) == ["/deadline_seconds"]


def test_a_body_that_is_no_form_is_refused(client, echo_plugin):
    response = client.post(f"{URL}?plugin_id=echo", picture(), content_type="image/png")
    assert_problem(response, 415, "multipart/form-data")


def test_a_broken_form_is_refused(client, echo_plugin):
    response = client.generic(
        "POST", f"{URL}?plugin_id=echo", b"nonsense", content_type="multipart/form-data"
    )
    assert_problem(response, 400)


def test_when_the_job_cannot_be_written_the_picture_is_not_kept(client, echo_plugin, settings):
    settings.MAX_ITEMS_PER_JOB = 1
    assert_problem(submit(client, "plugin_id=echo&tool=read&tool=describe"), 413)
    assert Media.objects.count() == Blob.objects.count() == 0


def test_reading_the_route_is_not_allowed(client):
    response = client.get(URL)
    assert_problem(response, 405)
    assert "POST" in response["Allow"]
