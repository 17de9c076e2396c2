"""POST /v1/jobs/{id}/retry"""

import pytest

from jobs.models import Job
from plugins_app.models import Plugin
from tests.api.asserts import assert_problem, pointers
from tests.factories import make_finished_job, make_job, make_media, make_worker


def retry(client, job, body=None):
    return client.post(f"/v1/jobs/{job.pk}/retry", body, format="json")


def test_a_new_job_does_the_same_again(client, owner, echo_plugin):
    media = [make_media(owner), make_media(owner)]
    job = make_finished_job(owner, media, tools=["read"], params={"word": "hi"})
    response = retry(client, job)
    assert response.status_code == 202
    body = response.json()
    assert response["Location"] == body["urls"]["self"]
    assert body["retry_of"] == str(job.pk) != body["job_id"]
    assert (body["tools"], body["params"]) == (["read"], {"word": "hi"})
    again = Job.objects.get(pk=body["job_id"])
    assert [item.media for item in again.items.order_by("position")] == media
    assert client.get(f"/v1/jobs/{job.pk}").json()["status"] == "completed"


def test_only_what_failed(client, owner, echo_plugin):
    job = make_finished_job(owner, tools=["read", "fail"])
    body = retry(client, job, {"only": "failed"}).json()
    again = Job.objects.get(pk=body["job_id"])
    assert [item.tool for item in again.items.all()] == ["fail"]


def test_a_tool_that_has_another_name_now_is_found_by_its_old_one(client, owner, echo_plugin):
    job = make_finished_job(owner)
    Job.objects.update(tools=["analyze"])  # an alias of the tool today
    job.items.update(tool="analyze")
    body = retry(client, job).json()
    again = Job.objects.get(pk=body["job_id"])
    assert [item.tool for item in again.items.all()] == ["describe"]


def test_when_nothing_failed_there_is_nothing_to_do(client, owner, echo_plugin):
    job = make_finished_job(owner)
    assert_problem(retry(client, job, {"only": "failed"}), 409, "No item of this job failed")
    assert retry(client, job, {"only": "all"}).status_code == 202


def test_a_job_that_has_not_ended_is_not_run_again(client, owner, echo_plugin):
    assert_problem(retry(client, make_job(owner)), 409, "not ended")


def test_without_its_plugin_it_can_not_run(client, owner, echo_plugin):
    job = make_finished_job(owner)
    Plugin.objects.filter(pk="echo").update(enabled=False)
    assert_problem(retry(client, job), 409, "switched off")


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ({"only": "some"}, 400, ["/only"]),
        ({"onyl": "failed"}, 422, ["/onyl"]),
        ([], 400, []),
    ],
)
def test_what_makes_no_sense_is_refused(client, owner, echo_plugin, body, status, where):
    problem = assert_problem(retry(client, make_finished_job(owner), body), status)
    assert pointers(problem) == where
    assert Job.objects.count() == 1


def test_with_a_plugin_whose_manifest_broke_it_can_not_run(client, owner, echo_plugin):
    job = make_finished_job(owner)
    # a node that has not noticed yet
    make_worker(plugins={"echo": {"version": "1.2.3", "digest": ""}})
    reason = "$: manifest.json is not JSON."
    Plugin.objects.filter(pk="echo").update(manifest={}, available=False, reason=reason)
    assert_problem(retry(client, job), 409, "is not JSON")
    body = {"plugin_id": "echo", "media_ids": [str(job.items.get().media_id)]}
    assert_problem(client.post("/v1/jobs", body, format="json"), 409, "is not JSON")
