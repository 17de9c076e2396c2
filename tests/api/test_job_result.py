"""GET /v1/jobs/{id}/result"""

import json
from pathlib import Path

from jobs.engine import lifecycle
from tests.api.asserts import assert_problem
from tests.factories import make_finished_job, make_job, make_media


def get(client, job):
    return client.get(f"/v1/jobs/{job.pk}/result")


def test_one_items_result_is_the_tools_document(client, owner, echo_plugin):
    job = make_finished_job(owner, [make_media(owner, "Beleg 1.png")], tools=["read"])
    response = get(client, job)
    assert response.status_code == 200
    content = response.getvalue()
    assert json.loads(content)["text"] == "hello"
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == 'attachment; filename="Beleg 1-read.json"'
    assert response["Content-Length"] == str(len(content))


def test_a_batchs_result_is_a_list_of_its_items_with_their_results(client, owner, echo_plugin):
    media = [make_media(owner, 'a "quoted" ü.png'), make_media(owner, "b.png")]
    job = make_finished_job(owner, media, tools=["read", "fail"])
    response = get(client, job)
    rows = json.loads(response.getvalue())
    assert [(row["filename"], row["tool"], row["status"]) for row in rows] == [
        ('a "quoted" ü.png', "read", "completed"),
        ('a "quoted" ü.png', "fail", "failed"),
        ("b.png", "read", "completed"),
        ("b.png", "fail", "failed"),
    ]
    assert rows[0]["result"]["text"] == "hello"
    assert rows[1]["result"] is None
    assert response["Content-Disposition"] == f'attachment; filename="echo-{job.pk}.json"'
    assert response["X-Content-Type-Options"] == "nosniff"


def test_before_the_end_there_is_none(client, owner, echo_plugin):
    response = get(client, make_job(owner))
    assert_problem(response, 409, "not ended")
    assert response["Retry-After"]


def test_a_failed_job_has_none_and_says_why(client, owner, echo_plugin):
    assert_problem(get(client, make_finished_job(owner, tools=["fail"])), 409, "too ugly")


def test_a_canceled_job_has_none(client, owner, echo_plugin):
    job = make_job(owner)
    lifecycle.cancel(job)
    assert_problem(get(client, job), 409, "canceled")


def test_a_file_that_is_gone_is_410(client, owner, echo_plugin, settings):
    job = make_finished_job(owner)
    (Path(settings.MEDIA_ROOT) / job.items.get().result.name).unlink()
    assert_problem(get(client, job), 410, "gone")
