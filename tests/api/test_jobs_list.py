"""GET /v1/jobs"""

import base64
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from jobs.engine import lifecycle
from jobs.models import Job
from tests.api.asserts import assert_problem, pointers
from tests.factories import make_finished_job, make_job, make_media, make_user

URL = "/v1/jobs"


def ids(response):
    assert response.status_code == 200, response.content
    return [row["job_id"] for row in response.json()["results"]]


def test_your_jobs_newest_first(client, owner, stranger, echo_plugin):
    jobs = [make_job(owner) for _ in range(3)]
    make_job(make_user())
    assert ids(client.get(URL)) == [str(job.pk) for job in reversed(jobs)]
    assert ids(stranger.get(URL)) == []


def test_a_row_says_how_the_job_is(client, owner, echo_plugin):
    make_finished_job(owner, tools=["read", "fail"])
    row = client.get(URL).json()["results"][0]
    assert row["status"] == "completed"
    assert row["progress"] == 1
    assert row["counts"] == {
        "total": 2,
        "pending": 0,
        "running": 0,
        "completed": 1,
        "failed": 1,
        "canceled": 0,
        "skipped": 0,
    }
    assert (row["image_count"], row["processed_count"]) == (1, 1)
    assert row["error"] is None
    assert "results" not in row


def test_pages_hang_together(client, owner, echo_plugin):
    media = [make_media(owner)]
    jobs = [str(make_job(owner, media).pk) for _ in range(5)]
    seen, url, pages = [], f"{URL}?limit=2", 0
    while url:
        response = client.get(url)
        seen += ids(response)
        url = response.json()["next"]
        assert (f'<{url}>; rel="next"' in response.get("Link", "")) == bool(url)
        pages += 1
    assert seen == jobs[::-1]
    assert pages == 3
    assert ids(client.get(response.json()["previous"])) == jobs[::-1][2:4]


@pytest.mark.parametrize("limit", ["0", "-1", "101", "x", "", "1.5", "1" * 20, "1" * 5000, "\0"])
def test_a_limit_out_of_range_is_refused(client, limit):
    problem = assert_problem(client.get(f"{URL}?{urlencode({'limit': limit})}"), 400, "1 to 100")
    assert pointers(problem) == ["/limit"]


@pytest.mark.parametrize(
    "inside", ["p=nothing", "p=%00", "o=1&p=" + "9" * 40, "r=x", "o=-1", "p=" + "-" * 36, "\xff"]
)
def test_a_made_up_cursor_is_refused(client, inside):
    cursor = base64.b64encode(inside.encode("latin-1")).decode()
    response = client.get(f"{URL}?{urlencode({'cursor': cursor})}")
    assert response.status_code in (400, 404)
    assert_problem(response, response.status_code)


class TestFilters:
    @pytest.fixture
    def jobs(self, owner, echo_plugin):
        media = [make_media(owner)]
        done = make_job(owner, media, tools=["read"])
        lifecycle.cancel(done)
        return {"canceled": done, "pending": make_job(owner, media, tools=["describe"])}

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("status=canceled", ["canceled"]),
            ("status=pending", ["pending"]),
            ("status=running", []),
            ("plugin_id=echo", ["pending", "canceled"]),
            ("plugin_id=other", []),
            ("tool=read", ["canceled"]),
            ("tool=read&status=pending", []),
            ("tool=echo/read", ["canceled"]),
            ("tool=other/read", []),
            ("job_type=image", ["pending", "canceled"]),
            ("job_type=video", []),
        ],
    )
    def test_by_what_a_job_is(self, client, jobs, query, expected):
        assert ids(client.get(f"{URL}?{query}")) == [str(jobs[name].pk) for name in expected]

    def test_by_the_name_of_a_file_in_any_case_of_any_script(self, client, owner, echo_plugin):
        files = [make_media(owner, "front.png"), make_media(owner, "Ünïcode (1).png")]
        batch, other = make_job(owner, files), make_job(owner, [make_media(owner, "b.png")])
        assert ids(client.get(URL, {"q": "ÜNÏ"})) == [str(batch.pk)]
        assert ids(client.get(URL, {"q": "B.P"})) == [str(other.pk)]
        assert ids(client.get(URL, {"q": "FRONT", "status": "failed"})) == []

    def test_by_the_time_of_submission(self, client, jobs):
        long_ago = timezone.now() - timedelta(days=10)
        Job.objects.filter(pk=jobs["canceled"].pk).update(created_at=long_ago)
        week = {"created_after": (timezone.now() - timedelta(days=7)).isoformat()}
        assert ids(client.get(URL, week)) == [str(jobs["pending"].pk)]
        week = {"created_before": week["created_after"]}
        assert ids(client.get(URL, week)) == [str(jobs["canceled"].pk)]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("status", "done"),
            ("job_type", "audio"),
            ("plugin_id", "\0"),
            ("plugin_id", "x" * 65),
            ("tool", "\0"),
            ("q", "x" * 201),
            ("created_after", "yesterday"),
            ("created_after", "0001-01-01T00:00:00+14:00"),
            ("created_before", "9999-12-31T23:59:59-14:00"),
            ("created_before", "2026-13-01"),
        ],
    )
    def test_values_that_make_no_sense_are_refused(self, client, name, value):
        problem = assert_problem(client.get(URL, {name: value}), 400)
        assert pointers(problem) == [f"/{name}"]


def test_the_number_of_queries_does_not_grow(client, owner, echo_plugin, django_assert_num_queries):
    media = [make_media(owner)]
    make_finished_job(owner, media, tools=["fail"])
    client.get(URL)  # notes the use of the key, which later requests don't
    expected = 4  # key, jobs, counts, first failed items
    with django_assert_num_queries(expected):
        assert len(ids(client.get(URL))) == 1
    for _ in range(4):
        make_job(owner, media, tools=["fail", "read"])
    from tests.factories import run_jobs

    run_jobs()
    with django_assert_num_queries(expected):
        assert len(ids(client.get(URL))) == 5
