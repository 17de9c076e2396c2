"""The pages of a job and of an item."""

import json

import pytest
from django.urls import reverse

from jobs.models import JobItem
from tests.admin.pages import address, source, words
from tests.factories import (
    fail,
    finish,
    job_row,
    make_artifact,
    make_plugin,
    make_worker,
)


@pytest.fixture
def job(owner):
    return job_row(owner, params={"detail": "lines"})


@pytest.fixture
def item(job):
    return job.items.get()


def pages_of(client, item):
    return [client.get(address("job", item.job_id)), client.get(address("jobitem", item.pk))]


def test_a_finished_job_shows_result_run_record_log_and_times(boss, item):
    finish(item)
    for page in pages_of(boss, item):
        text = words(page)
        for part in (
            "Total 12.50",
            "Processor time 1.2 s",
            "model loaded",
            "waited",
            "ran 1 min 5 s",
        ):
            assert part in text, part
        assert reverse("admin:jobs_jobitem_result", args=[item.pk]) in source(page)


def test_lone_surrogates_in_a_result_do_not_break_the_page(boss, item):
    finish(item, '{"text": "a\\ud800b", "lines": [{"text": "\\udfff", "bbox": [1, 2, 3, 4]}]}')
    for page in pages_of(boss, item):
        assert "a?b" in words(page)


@pytest.mark.parametrize("text", ["no json", "[" * 100_000])
def test_a_result_that_is_no_json_says_so(boss, item, text):
    finish(item, text)
    for page in pages_of(boss, item):
        assert "can't be read as JSON" in words(page)


def test_a_missing_result_file_says_so(boss, item):
    finish(item, result_size_bytes=3)
    JobItem.objects.update(result="image/output/gone.json")
    for page in pages_of(boss, item):
        assert "The result is gone" in words(page)
    assert boss.get(reverse("admin:jobs_jobitem_result", args=[item.pk])).status_code == 404


def test_a_huge_result_is_offered_for_download_only(boss, item, settings):
    finish(item, result_size_bytes=settings.MAX_RESULT_INLINE_BYTES + 1)
    for page in pages_of(boss, item):
        assert "The result is 1.0" in words(page)
        assert "too much for a page" in words(page)
        assert "Total 12.50" not in words(page)


def test_long_json_is_only_offered_and_the_download_has_all_of_it(boss, item):
    finish(item, {"text": "word " * 50_000 + "END"})
    page = boss.get(address("jobitem", item.pk))
    assert "it is only offered to download" in words(page)
    assert "word END" in words(page)
    answer = boss.get(reverse("admin:jobs_jobitem_result", args=[item.pk]))
    assert json.loads(b"".join(answer.streaming_content))["text"].endswith("END")
    assert "attachment" in answer["Content-Disposition"]


def test_a_failed_job_shows_the_typed_reason_and_its_sentence(boss, item):
    fail(item, "The page is upside down.", log="traceback line", attempt=1)
    for page in pages_of(boss, item):
        for part in ("The tool reported an error", "upside down", "What to do:", "traceback line"):
            assert part in words(page)
    assert "Error type tool_error" in words(pages_of(boss, item)[1])


def test_a_pending_job_says_why_it_waits(boss, job):
    make_plugin()
    assert "Why it waits: No worker is running." in words(boss.get(address("job", job.pk)))


def test_an_item_that_is_tried_again_shows_its_last_error(boss, item):
    JobItem.objects.update(error_type="worker_lost", error_message="The worker was lost.")
    for page in pages_of(boss, item):
        assert "Last attempt: The worker was lost" in words(page)


def test_a_batch_lists_its_items_with_links(boss, owner):
    job = job_row(owner, items=3)
    fail(job.items.get(position=1))
    page = boss.get(address("job", job.pk))
    for item in job.items.all():
        assert address("jobitem", item.pk) in source(page)
    assert "The tool reported an error: The page is upside down." in words(page)
    assert "Pending 2 Failed 1" in words(page)


def test_a_large_batch_links_to_the_list_of_its_items(boss, owner):
    job = job_row(owner, items=51)
    job_row(owner)
    page = source(boss.get(address("job", job.pk)))
    where = f"{address('jobitem')}?q={job.pk}"
    assert f'href="{where}"' in page
    assert "51 job items" in words(boss.get(where))


def test_items_lead_to_their_neighbours(boss, owner):
    first, second, third = job_row(owner, items=3).items.all()
    page = source(boss.get(address("jobitem", second.pk)))
    assert address("jobitem", first.pk) in page
    assert address("jobitem", third.pk) in page
    assert "item 2 of 3" in words(boss.get(address("jobitem", second.pk)))


def test_the_queries_of_a_jobs_page_do_not_grow_with_its_items(
    boss, owner, django_assert_max_num_queries
):
    job = job_row(owner, items=50)
    boss.get(address("job", job.pk))
    with django_assert_max_num_queries(16):
        boss.get(address("job", job.pk))


def test_artifacts_are_listed_and_served(boss, item):
    finish(item)
    artifact = make_artifact(item)
    where = reverse("admin:jobs_jobitem_artifact", args=[item.pk, artifact.pk])
    assert where in source(boss.get(address("jobitem", item.pk)))
    assert boss.get(where)["Content-Type"] == "image/png"


def test_an_unknown_id_leads_back_to_the_first_page(boss, item):
    page = boss.get(address("job", item.pk), follow=True)  # an item's id is no job's
    assert "exist. Perhaps" in words(page)


def test_a_worker_says_whether_it_is_alive(boss):
    alive = make_worker("near")
    lost = make_worker("far", silent_for_s=60)
    assert "Alive" in words(boss.get(address("worker", alive.pk)))
    text = words(boss.get(address("worker", lost.pk)))
    assert "Lost" in text
    assert "1 min 0 s ago" in text
    page = words(boss.get(address("worker"), {"state": "gone"}))
    assert "far:4711" in page
    assert "near:4711" not in page
