"""GET /v1/jobs/{id}/items"""

import pytest

from tests.api.asserts import assert_problem
from tests.factories import make_finished_job, make_job, make_media, run_jobs


def items_of(client, job, query=""):
    response = client.get(f"/v1/jobs/{job.pk}/items{query}")
    assert response.status_code == 200
    return response.json()


def test_items_come_in_their_order_with_what_became_of_them(client, owner, echo_plugin):
    media = [make_media(owner, "a.png"), make_media(owner, "b.png")]
    job = make_finished_job(owner, media, tools=["read", "fail"])
    rows = items_of(client, job)["results"]
    assert [(r["position"], r["filename"], r["tool"], r["status"]) for r in rows] == [
        (0, "a.png", "read", "completed"),
        (1, "a.png", "fail", "failed"),
        (2, "b.png", "read", "completed"),
        (3, "b.png", "fail", "failed"),
    ]
    assert rows[1]["error"]["type"] == "tool_error"
    assert rows[1]["result_url"] is None
    assert rows[0]["error"] is None
    assert client.get(rows[0]["result_url"]).status_code == 200
    assert client.get(rows[0]["url"]).json()["result"]["text"] == "hello"


def test_pages_hang_together(client, owner, echo_plugin):
    job = make_job(owner, [make_media(owner)] * 5)
    seen, url = [], f"/v1/jobs/{job.pk}/items?limit=2"
    while url:
        page = client.get(url).json()
        seen += [row["position"] for row in page["results"]]
        url = page["next"]
    assert seen == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("cursor", ["cD05OTk5OTk5OTk5OTk5", "cD14", "cD0tMQ==", "%"])
def test_a_made_up_cursor_is_refused(client, owner, echo_plugin, cursor):
    job = make_job(owner)
    response = client.get(f"/v1/jobs/{job.pk}/items", {"cursor": cursor})
    assert response.status_code in (400, 404)
    assert_problem(response, response.status_code)


def test_the_number_of_queries_does_not_grow(client, owner, echo_plugin, django_assert_num_queries):
    job = make_job(owner, [make_media(owner)] * 6, params={"picture": True})
    run_jobs()
    items_of(client, job)
    with django_assert_num_queries(4):  # key, job, items with media, artifacts
        rows = items_of(client, job)["results"]
    assert len(rows) == 6
    assert [a["name"] for a in rows[5]["artifacts"]] == ["page.html", "pixel.png", "words.csv"]
