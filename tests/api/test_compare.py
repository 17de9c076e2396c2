"""GET /v1/compare/results and /v1/compare/jobs"""

import json

import pytest

from jobs import storage
from jobs.annotating import rules as annotations
from jobs.annotating.rules import Draft
from jobs.comparing import items as comparison
from jobs.comparing import job_pairs
from jobs.models import Job, JobItem
from tests.api.asserts import assert_problem
from tests.factories import make_finished_job, make_job, make_media, picture
from tests.plugins.hosts import frozen_hosts


@pytest.fixture
def image(owner, echo_plugin):
    return make_media(owner, data=picture(40, 30))


def mark(owner, image, *boxes, label=""):
    annotations.replace(image, [Draft(bbox=box, label=label) for box in boxes])
    return make_finished_job(owner, [image], "marker", ["inside_box"])


def result_of(job):
    return job.items.get()


def overwrite(item, result):
    """As if the tool had returned this."""
    storage.delete([item.result.name])
    text = result if isinstance(result, str) else json.dumps(result)
    stored = storage.save_bytes(item.result.name, text.encode())
    JobItem.objects.filter(pk=item.pk).update(
        result_sha256=stored.sha256, result_size_bytes=stored.size_bytes
    )


@pytest.fixture
def compare(client):
    def run(a, b, **query):
        what = "jobs" if isinstance(a, Job) else "results"
        return client.get(f"/v1/compare/{what}", {"a": a.pk, "b": b.pk, **query})

    return run


class TestResults:
    def test_masks_that_moved_and_came_and_went(self, owner, image, compare):
        a = result_of(mark(owner, image, [2, 4, 16, 8], [25, 4, 8, 8]))
        b = result_of(mark(owner, image, [4, 4, 16, 8], [2, 20, 8, 8]))
        response = compare(a, b)
        found = response.json()
        assert response.status_code == 200
        assert (found["kind"], found["identical"], found["left_out"]) == ("masks", False, 0)
        assert found["counts"] == {"same": 0, "moved": 1, "changed": 0, "gone": 1, "new": 1}
        moved = next(one for one in found["things"] if one["state"] == "moved")
        assert (moved["iou"], moved["shift"]) == (0.6, [2, 0])
        assert found["a"]["id"] == str(a.pk)
        assert found["b"]["url"].endswith(f"/v1/results/{b.pk}")

    def test_texts_with_the_letters_that_differ(self, owner, image, compare):
        a, b = (
            result_of(make_finished_job(owner, [image], "echo", ["read"], params={"word": word}))
            for word in ("Total 12.50", "Total 12.60")
        )
        found = compare(a, b).json()
        assert (found["kind"], found["similarity"]) == ("text", 0.9091)
        assert found["things"][0]["pieces"][1:3] == [["gone", "5"], ["new", "6"]]

    def test_results_without_a_shape_are_compared_value_by_value(self, owner, image, compare):
        a, b = (
            result_of(make_finished_job(owner, [image], params={"strength": value}))
            for value in (0.5, 0.7)
        )
        found = compare(a, b).json()
        assert found["kind"] == "json"
        assert [one["path"] for one in found["things"]] == ["$.strength"]

    def test_two_uploads_of_the_same_bytes_are_one_image(self, owner, echo_plugin, compare):
        data = picture(40, 30)
        one, other = (mark(owner, make_media(owner, data=data), [2, 4, 16, 8]) for _ in range(2))
        found = compare(result_of(one), result_of(other)).json()
        assert found["identical"]
        assert found["counts"]["same"] == 1

    def test_asking_again_costs_no_bytes(self, owner, image, compare, client):
        a, b = (result_of(mark(owner, image, [2, 4, 16, 8])) for _ in range(2))
        tag = compare(a, b)["ETag"]
        where = f"/v1/compare/results?a={a.pk}&b={b.pk}"
        assert client.get(where, headers={"If-None-Match": tag}).status_code == 304

    def test_another_image_is_told(self, owner, image, compare):
        a = result_of(mark(owner, image, [2, 4, 8, 8]))
        b = result_of(mark(owner, make_media(owner), [2, 4, 8, 8]))
        assert_problem(compare(a, b), 409, "different files")

    def test_what_has_no_result_is_told(self, owner, image, compare):
        a = result_of(mark(owner, image, [2, 4, 8, 8]))
        b = result_of(make_job(owner, [image], "marker", ["inside_box"]))
        assert_problem(compare(a, b), 409, "pending")
        storage.delete([a.result.name])
        b = result_of(mark(owner, image, [2, 4, 8, 8]))
        assert_problem(compare(a, b), 410, "gone")

    def test_other_peoples_results_do_not_exist(self, owner, image, compare, stranger):
        a, b = (result_of(mark(owner, image, [2, 4, 8, 8])) for _ in range(2))
        assert_problem(stranger.get("/v1/compare/results", {"a": a.pk, "b": b.pk}), 404)

    @pytest.mark.parametrize("query", [{}, {"a": "x", "b": "y"}, {"a": "\0"}])
    @pytest.mark.parametrize("what", ["results", "jobs"])
    def test_it_needs_two_ids(self, client, query, what):
        assert_problem(client.get(f"/v1/compare/{what}", query), 400)

    @pytest.mark.parametrize(
        "result",
        [
            "no json", "[" * 100_000, '{"masks": [{"bbox": [NaN, 1e999, 0, 1]}]}',
            {"masks": [{"rle": {"size": [1, 1], "counts": "~~~"}}, None]},
        ],
    )  # fmt: skip
    def test_a_hostile_result_is_no_server_error(self, owner, image, compare, result):
        a, b = (result_of(mark(owner, image, [2, 4, 8, 8])) for _ in range(2))
        overwrite(b, result)
        assert compare(a, b).status_code in (200, 409)

    def test_what_takes_too_long_ends_and_others_go_on(self, owner, image, compare, settings):
        a, b = (result_of(mark(owner, image, [2, 4, 8, 8])) for _ in range(2))
        assert compare(a, b).status_code == 200
        settings.PROBE_TIMEOUT_S = 0.2
        with frozen_hosts():
            assert_problem(compare(a, b), 409, "too long")
        settings.PROBE_TIMEOUT_S = 60
        assert compare(a, b).status_code == 200

    def test_nobody_waits_for_ever(self, owner, image, compare, monkeypatch):
        a, b = (result_of(mark(owner, image, [2, 4, 8, 8])) for _ in range(2))
        monkeypatch.setattr(comparison.ONE_AT_A_TIME, "patience_s", 0.01)
        with comparison.ONE_AT_A_TIME:
            assert_problem(compare(a, b), 503, "Try again")


def rows(response):
    return [
        (row["filename"], row["identical"], row["counts"] and row["counts"]["moved"], row["note"])
        for row in response.json()["results"]
    ]


class TestJobs:
    def test_what_changed_by_medium(self, owner, echo_plugin, compare):
        images = [make_media(owner, f"{n}.png", picture(40, 30)) for n in range(3)]
        for one in images:
            annotations.replace(one, [Draft(bbox=[2, 4, 16, 8])])
        a = make_finished_job(owner, images[:2], "marker", ["inside_box"])
        annotations.replace(images[1], [Draft(bbox=[4, 4, 16, 8])])
        b = make_finished_job(owner, images[1:], "marker", ["inside_box"])
        extra = make_finished_job(owner, images, "marker", ["inside_box"])
        assert rows(compare(a, b)) == [
            ("0.png", None, None, "Only the first job has it."),
            ("1.png", False, 1, ""),
            ("2.png", None, None, "Only the second job has it."),
        ]
        assert rows(compare(a, extra, only_changed="true")) == [
            ("1.png", False, 1, ""),
            ("2.png", None, None, "Only the second job has it."),
        ]

    def test_identical_results_are_not_read(self, owner, image, compare):
        a, b = (mark(owner, image, [2, 4, 8, 8]) for _ in range(2))
        storage.delete([result_of(a).result.name])
        assert rows(compare(a, b)) == [("a.png", True, None, "")]

    def test_a_file_that_is_gone_or_large_is_told_in_its_row(
        self, owner, image, compare, monkeypatch
    ):
        a, b = mark(owner, image, [2, 4, 8, 8]), mark(owner, image, [3, 4, 8, 8])
        monkeypatch.setattr(comparison, "LARGE_BYTES", 10)
        assert "too large" in rows(compare(a, b))[0][3]
        monkeypatch.undo()
        storage.delete([result_of(a).result.name])
        assert "gone" in rows(compare(a, b))[0][3]

    def test_each_tool_is_compared_with_itself(self, owner, image, compare):
        a, b = (make_finished_job(owner, [image], "echo", ["describe", "read"]) for _ in range(2))
        found = compare(a, b).json()["results"]
        assert [(row["a"]["tool"], row["b"]["tool"]) for row in found] == [
            ("describe", "describe"), ("read", "read")
        ]  # fmt: skip

    def test_jobs_of_one_tool_each_are_compared_whatever_it_is(self, owner, image, compare):
        a, b = (make_finished_job(owner, [image], "echo", [tool]) for tool in ("read", "describe"))
        (row,) = compare(a, b).json()["results"]
        assert row["kind"] == "json"

    def test_a_skipped_item_stands_for_the_result_that_it_reuses(self, owner, image, compare):
        a = mark(owner, image, [2, 4, 8, 8])
        other = make_media(owner, "b.png")
        annotations.add(other, [Draft(bbox=[1, 1, 8, 8])])
        b = make_finished_job(owner, [image, other], "marker", ["inside_box"], only_changed=True)
        assert b.items.get(media=image).status == "skipped"
        assert rows(compare(a, b))[0] == ("a.png", True, None, "")

    def test_what_failed_is_told(self, owner, image, compare):
        a = mark(owner, image, [2, 4, 8, 8])
        b = make_finished_job(owner, [image], "echo", ["fail"])
        assert (
            rows(compare(a, b))[0][3] == "It completed in the first job and failed in the second."
        )

    def test_jobs_without_common_media_are_told(self, owner, image, compare):
        a = mark(owner, image, [2, 4, 8, 8])
        b = make_finished_job(owner, [make_media(owner)])
        assert_problem(compare(a, b), 409, "in common")

    def test_other_peoples_jobs_do_not_exist(self, owner, image, stranger):
        job = mark(owner, image, [2, 4, 8, 8])
        assert_problem(stranger.get("/v1/compare/jobs", {"a": job.pk, "b": job.pk}), 404)

    def test_pages_hang_together(self, client, owner, echo_plugin, compare, monkeypatch):
        monkeypatch.setattr(job_pairs, "PAGE", 2)
        images = [make_media(owner, f"{n}.png") for n in range(6)]
        a, b = make_job(owner, images[:4]), make_job(owner, images[1:])
        seen, response = [], compare(a, b)
        while True:
            page = response.json()
            assert len(page["results"]) <= 2
            seen += [row["filename"] for row in page["results"]]
            if not page["next"]:
                break
            response = client.get(page["next"])
        assert seen == [f"{n}.png" for n in range(6)]

    @pytest.mark.parametrize("cursor", ["x", "a-1", "b٣", "a9999999999"])
    def test_a_cursor_that_is_none_asks_for_the_beginning(self, owner, image, compare, cursor):
        job = mark(owner, image, [2, 4, 8, 8])
        assert rows(compare(job, job, cursor=cursor)) == rows(compare(job, job))

    def test_the_number_of_queries_does_not_grow(
        self, owner, echo_plugin, compare, django_assert_num_queries
    ):
        images = [make_media(owner, f"{n}.png") for n in range(8)]
        a, b = (make_finished_job(owner, images) for _ in range(2))
        compare(a, b)
        with django_assert_num_queries(7):  # key, jobs, common media, items of each, rest
            compare(a, b)
