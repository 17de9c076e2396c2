"""GET /v1/results/{item_id}/result"""

import json

from tests.api.asserts import assert_problem
from tests.factories import make_finished_job, make_job


def get(client, job, **headers):
    return client.get(f"/v1/results/{job.items.get().pk}/result", headers=headers)


def test_the_document_comes_as_it_was_stored(client, owner, echo_plugin):
    job = make_finished_job(owner, tools=["read"])
    response = get(client, job)
    assert json.loads(response.getvalue())["text"] == "hello"
    assert response["ETag"] == f'"{job.items.get().result_sha256}"'
    assert response["Content-Disposition"].startswith("attachment")


def test_it_is_not_sent_twice(client, owner, echo_plugin):
    job = make_finished_job(owner)
    tag = get(client, job)["ETag"]
    assert get(client, job, **{"If-None-Match": tag}).status_code == 304


def test_an_item_that_has_none_says_why(client, owner, echo_plugin):
    assert_problem(get(client, make_job(owner)), 409, "pending")
    assert_problem(get(client, make_finished_job(owner, tools=["fail"])), 409)
