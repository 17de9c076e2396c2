"""GET /v1/results/{item_id}"""

from pathlib import Path

from tests.api.asserts import assert_problem
from tests.factories import make_finished_job, make_job, make_media


def get(client, job):
    return client.get(f"/v1/results/{job.items.get().pk}")


def test_an_item_has_its_result_and_the_record_of_its_run(client, owner, echo_plugin):
    medium = make_media(owner, "a.png")
    job = make_finished_job(owner, [medium], tools=["read"], params={"word": "hi"})
    body = get(client, job).json()
    assert body["id"] == str(job.items.get().pk)
    assert body["job_id"] == str(job.pk)
    assert body["media_id"] == str(medium.pk)
    assert (body["tool"], body["status"], body["attempt"]) == ("read", "completed", 1)
    assert body["progress"] == 1
    assert body["result"]["text"] == "hi"
    run = body["run"]
    assert (run["plugin"], run["version"], run["params"]) == ("echo", "1.2.3", {"word": "hi"})
    assert run["input_sha256"] == medium.blob.sha256
    assert len(run["code_digest"]) == 64
    assert run["wall_s"] >= 0
    assert run["peak_rss_bytes"] > 0
    assert body["finished_at"] >= body["started_at"]


def test_its_files_are_listed_and_can_be_fetched(client, owner, echo_plugin):
    job = make_finished_job(owner, params={"picture": True})
    artifacts = get(client, job).json()["artifacts"]
    assert [artifact["name"] for artifact in artifacts] == ["page.html", "pixel.png", "words.csv"]
    for artifact in artifacts:
        response = client.get(artifact["url"])
        assert len(response.getvalue()) == artifact["size_bytes"]
        assert response["ETag"] == f'"{artifact["sha256"]}"'


def test_a_pending_item_has_nothing_yet(client, owner, echo_plugin):
    body = get(client, make_job(owner)).json()
    assert body["status"] == "pending"
    assert body["result"] is body["result_url"] is body["error"] is None
    assert body["run"] == {}


def test_a_failed_item_says_why(client, owner, echo_plugin):
    body = get(client, make_finished_job(owner, tools=["fail"])).json()
    assert body["error"]["type"] == "tool_error"
    assert "ugly" in body["error"]["message"]


def test_a_large_result_is_behind_its_link(client, owner, echo_plugin, settings):
    job = make_finished_job(owner)
    settings.MAX_RESULT_INLINE_BYTES = 10
    body = get(client, job).json()
    assert body["result"] is None
    assert client.get(body["result_url"]).status_code == 200


def test_a_result_whose_file_is_gone_reads_null(client, owner, echo_plugin, settings):
    job = make_finished_job(owner)
    (Path(settings.MEDIA_ROOT) / job.items.get().result.name).unlink()
    body = get(client, job).json()
    assert (body["status"], body["result"]) == ("completed", None)
    assert_problem(client.get(body["result_url"]), 410)
