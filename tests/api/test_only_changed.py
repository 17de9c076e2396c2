"""POST /v1/jobs with only_changed, POST /v1/jobs/preview, and what skipped items say."""

import pytest

from jobs.annotating import rules as annotations
from jobs.annotating.rules import Draft
from jobs.models import Job
from tests.api.asserts import assert_problem, pointers
from tests.factories import make_media, make_user, picture, run_jobs

JOBS, PREVIEW = "/v1/jobs", "/v1/jobs/preview"


@pytest.fixture
def images(owner):
    """Two with a box, one without."""
    made = [make_media(owner, f"{n}.png", picture(40, 30)) for n in range(3)]
    for image in made[:2]:
        annotations.add(image, [Draft(bbox=[2, 2, 10, 10])])
    return made


def body(images, **more):
    ids = [str(image.pk) for image in images]
    return {"plugin_id": "marker", "mode": "inside_box", "image_ids": ids} | more


def process(client, images, **more):
    response = client.post(JOBS, body(images, **more))
    assert response.status_code in (200, 202), response.content
    run_jobs()
    return client.get(response.json()["urls"]["items"]).json()["results"]


def statuses(items):
    return [item["status"] for item in items]


def test_only_what_changed_runs_and_the_rest_says_why_not(client, images, echo_plugin):
    first = process(client, images)
    assert statuses(first) == ["completed", "completed", "skipped"]
    assert first[2]["skipped_because"] == "It has no box."
    assert first[2]["reused"] is None
    assert first[0]["skipped_because"] is None

    client.post(f"/v1/images/{images[0].pk}/annotations", {"bbox": [5, 5, 4, 4]})
    second = process(client, images, only_changed=True)
    assert statuses(second) == ["completed", "skipped", "skipped"]
    assert second[1]["skipped_because"] == "Nothing changed."
    reused = second[1]["reused"]
    assert reused["item_id"] == first[1]["id"]
    assert client.get(reused["result_url"]).status_code == 200
    assert client.get(second[1]["url"]).json()["reused"] == reused
    assert statuses(process(client, images, force_all=False)) == ["skipped"] * 3
    assert statuses(process(client, images, force_all=True)) == statuses(first)


def test_a_job_in_which_nothing_had_to_run_is_completed(client, images, echo_plugin):
    process(client, images)
    job = client.post(JOBS, body(images, only_changed=True)).json()
    assert job["status"] == "completed"
    assert job["counts"]["skipped"] == 3


@pytest.mark.parametrize("url", [JOBS, PREVIEW])
@pytest.mark.parametrize("both", [True, False])
def test_a_contradiction_is_refused(client, images, echo_plugin, url, both):
    wrong = body(images, only_changed=both, force_all=both)
    assert pointers(assert_problem(client.post(url, wrong), 422)) == ["/force_all"]
    assert Job.objects.count() == 0


def test_both_in_harmony_are_fine(client, images, echo_plugin):
    wanted = body(images, only_changed=True, force_all=False)
    assert client.post(JOBS, wanted).status_code == 202


@pytest.mark.parametrize("value", [None, [], {}, "maybe", 2])
def test_it_must_be_yes_or_no(client, images, echo_plugin, value):
    for name in ("only_changed", "force_all"):
        problem = assert_problem(client.post(JOBS, body(images, **{name: value})), 400)
        assert pointers(problem) == [f"/{name}"]


class TestPreview:
    def test_it_says_what_would_run_and_why_and_writes_nothing(self, client, images, echo_plugin):
        process(client, images[:1])
        answer = client.post(PREVIEW, body(images, only_changed=True)).json()
        assert (answer["to_run"], answer["to_skip"]) == (1, 2)
        assert [(row["filename"], row["run"], row["why"]) for row in answer["items"]] == [
            ("0.png", False, "Nothing changed."),
            ("1.png", True, "It is new."),
            ("2.png", False, "It has no box."),
        ]
        assert client.get(answer["items"][0]["reused"]["result_url"]).status_code == 200
        assert answer["reasons"][0] == {"run": True, "why": "It is new.", "count": 1}
        assert Job.objects.count() == 1

    def test_it_agrees_with_the_job_that_follows(self, client, images, echo_plugin):
        for only_changed in (False, True):
            wanted = body(images, only_changed=only_changed)
            foreseen = [row["run"] for row in client.post(PREVIEW, wanted).json()["items"]]
            items = process(client, images, only_changed=only_changed)
            assert [item["status"] == "completed" for item in items] == foreseen

    def test_it_refuses_what_the_job_would(self, client, images, echo_plugin, settings):
        assert_problem(client.post(PREVIEW, body(images, params={"x": 1})), 422)
        assert_problem(client.post(PREVIEW, body([])), 400)
        assert_problem(client.post(PREVIEW, body([make_media(make_user())])), 404)
        settings.MAX_ITEMS_PER_JOB = 2
        assert_problem(client.post(PREVIEW, body(images)), 413)
