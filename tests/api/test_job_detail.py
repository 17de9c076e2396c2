"""GET /v1/jobs/{id}"""

import json
from pathlib import Path

import pytest

from jobs.engine import lifecycle, recovery, sql
from jobs.models import Job
from plugins_app.models import Plugin
from tests.api.asserts import assert_problem
from tests.factories import make_finished_job, make_job, make_media, make_user, make_worker

SHAPE = {
    "job_id",
    "status",
    "job_type",
    "plugin_id",
    "plugin_version",
    "tool",
    "tools",
    "params",
    "progress",
    "progress_note",
    "counts",
    "is_running",
    "processed_count",
    "image_count",
    "current_index",
    "current_image_filename",
    "blocked_reason",
    "results",
    "result_url",
    "error",
    "error_message",
    "retry_of",
    "created_at",
    "started_at",
    "finished_at",
    "updated_at",
    "urls",
}


def get(client, job, **headers):
    return client.get(f"/v1/jobs/{job.pk}", headers=headers)


def claim():
    return lifecycle.claim(sql.Selection(("cpu",), ("echo",)), recovery.worker_name())


def test_a_pending_job_says_why_it_waits(client, owner, echo_plugin):
    job = make_job(owner, tools=["read"], params={"word": "hi"})
    response = get(client, job)
    body = response.json()
    assert set(body) == SHAPE
    assert body["status"] == "pending"
    assert body["plugin_version"] == "1.2.3"
    assert (body["tool"], body["tools"], body["params"]) == ("read", ["read"], {"word": "hi"})
    assert body["progress"] == 0
    assert body["results"] is body["result_url"] is body["error"] is body["started_at"] is None
    assert "worker" in body["blocked_reason"]
    assert int(response["Retry-After"]) > 0


def test_a_running_job_says_how_far_it_is(client, owner, echo_plugin):
    media = [make_media(owner, "first.png"), make_media(owner, "second.png")]
    job = make_job(owner, media)
    held = claim()
    lifecycle.beat(held, 0.5, "half way")
    body = get(client, job).json()
    assert body["status"] == "running"
    assert body["is_running"] is True
    assert body["progress"] == 0.25
    assert body["progress_note"] == "half way"
    assert (body["current_index"], body["current_image_filename"]) == (0, "first.png")
    assert (body["processed_count"], body["image_count"]) == (0, 2)
    assert body["blocked_reason"] is None


def test_a_completed_job_has_the_tools_result(client, owner, echo_plugin):
    response = get(client, make_finished_job(owner, tools=["read"], params={"word": "Grüße"}))
    body = response.json()
    assert body["status"] == "completed"
    assert body["results"]["text"] == "Grüße"
    assert body["progress"] == 1
    assert body["is_running"] is False
    assert body["current_index"] is None
    assert body["finished_at"] >= body["started_at"] >= body["created_at"]
    assert "Retry-After" not in response


def test_a_batch_lists_its_items_with_their_addresses(client, owner, echo_plugin):
    media = [make_media(owner, "a.png"), make_media(owner, "b.png")]
    results = get(client, make_finished_job(owner, media)).json()["results"]
    assert [(row["filename"], row["status"]) for row in results] == [
        ("a.png", "completed"),
        ("b.png", "completed"),
    ]
    assert client.get(results[1]["url"]).json()["media_id"] == str(media[1].pk)


def test_a_large_result_is_behind_a_link(client, owner, echo_plugin, settings):
    settings.MAX_RESULT_INLINE_BYTES = 1000
    job = make_finished_job(owner, params={"times": 500})
    body = get(client, job).json()
    assert body["results"] is None
    response = client.get(body["result_url"])
    assert json.loads(response.getvalue())["words"] == ["hello"] * 500


def test_a_failed_job_says_why(client, owner, echo_plugin):
    body = get(client, make_finished_job(owner, tools=["fail"])).json()
    assert body["status"] == "failed"
    message = "The picture is too ugly. Send a nicer one."
    assert body["error"] == {"type": "tool_error", "message": message}
    assert body["error_message"] == message
    assert body["results"] is None


def test_a_result_whose_file_is_gone_reads_null(client, owner, echo_plugin, settings):
    job = make_finished_job(owner)
    (Path(settings.MEDIA_ROOT) / job.items.get().result.name).unlink()
    body = get(client, job).json()
    assert (body["status"], body["results"]) == ("completed", None)


def test_the_links_lead_somewhere(client, owner, echo_plugin):
    urls = get(client, make_finished_job(owner)).json()["urls"]
    assert set(urls) == {"self", "items", "result", "cancel", "retry", "page"}
    for name in ("self", "items", "result"):
        assert client.get(urls[name]).status_code == 200
    assert client.get(urls["page"]).status_code == 302  # people log in there


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"enabled": False}, "switched off"),
        ({"paused": True}, "paused"),
        ({"removed": True}, "no"),
    ],
)
def test_a_plugin_can_block_a_job(client, owner, echo_plugin, change, word):
    job = make_job(owner)
    Plugin.objects.filter(pk="echo").update(**change)
    assert word in get(client, job).json()["blocked_reason"]


def test_other_peoples_work_is_not_counted_as_ahead(client, owner, echo_plugin):
    make_worker(plugins={"echo": {}})
    make_job(make_user())
    make_job(owner)
    job = make_job(owner)
    assert get(client, job).json()["blocked_reason"].startswith("1 of your own")


class TestPolling:
    def test_nothing_new_costs_no_bytes(self, client, owner, echo_plugin):
        job = make_job(owner)
        first = get(client, job)
        assert first["ETag"].startswith('W/"')
        again = get(client, job, **{"If-None-Match": first["ETag"]})
        assert again.status_code == 304
        assert again.content == b""
        assert again["ETag"] == first["ETag"]
        assert again["Retry-After"]

    def test_progress_changes_the_etag(self, client, owner, echo_plugin):
        job = make_job(owner)
        held = claim()
        first = get(client, job)
        lifecycle.beat(held, 0.5)
        again = get(client, job, **{"If-None-Match": first["ETag"]})
        assert again.status_code == 200
        assert again.json()["progress"] == 0.5

    def test_the_page_and_the_json_have_different_etags(self, client, owner, echo_plugin):
        job = make_job(owner)
        page = get(client, job, Accept="text/html")
        assert page["Content-Type"].startswith("text/html")
        assert page["ETag"] != get(client, job)["ETag"]

    def test_answers_are_not_for_shared_caches(self, client, owner, echo_plugin):
        response = get(client, make_job(owner))
        assert "private" in response["Cache-Control"]
        assert {"Accept", "Prefer"} <= set(response["Vary"].replace(",", " ").split())


class TestWaiting:
    def test_a_job_that_has_ended_is_answered_at_once(self, client, owner, echo_plugin):
        response = get(client, make_finished_job(owner), Prefer="wait=10")
        assert response.status_code == 200
        assert response["Preference-Applied"] == "wait=10"

    def test_a_job_that_has_not_is_202(self, client, owner, echo_plugin):
        response = get(client, make_job(owner), Prefer="wait=0")
        assert response.status_code == 202
        assert response.json()["status"] == "pending"
        assert response["Retry-After"]

    @pytest.mark.parametrize("header", ["wait=", "wait=x", "wait=-3", "await=5", "", "strict"])
    def test_other_preferences_are_left_alone(self, client, owner, echo_plugin, header):
        response = get(client, make_job(owner), Prefer=header)
        assert response.status_code == 200
        assert "Preference-Applied" not in response

    def test_waits_never_take_all_threads(self, client, owner, echo_plugin):
        from jobs.web import waiting

        job = make_job(owner)
        taken = 0
        while waiting.seats.acquire(blocking=False):
            taken += 1
        try:
            response = get(client, job, Prefer="wait=10")
        finally:
            for _ in range(taken):
                waiting.seats.release()
        assert response.status_code == 200
        assert "Preference-Applied" not in response


def test_somebody_elses_job_does_not_exist(stranger, owner, echo_plugin):
    theirs = assert_problem(get(stranger, make_job(owner)), 404)
    nobodys = assert_problem(stranger.get("/v1/jobs/00000000-0000-0000-0000-000000000000"), 404)
    assert theirs["detail"] == nobodys["detail"]


def test_a_job_is_read_with_few_queries(client, owner, echo_plugin, django_assert_max_num_queries):
    media = [make_media(owner) for _ in range(3)]
    job = make_finished_job(owner, media)
    get(client, job)
    with django_assert_max_num_queries(5):
        get(client, job)
    assert Job.objects.get(pk=job.pk).total == 3


def test_a_batch_of_very_many_items_is_behind_a_link(client, owner, echo_plugin, monkeypatch):
    from jobs.results import document

    monkeypatch.setattr(document, "MAX_INLINE_ITEMS", 2)
    body = get(client, make_finished_job(owner, [make_media(owner)] * 3)).json()
    assert body["results"] is None
    assert len(json.loads(client.get(body["result_url"]).getvalue())) == 3
