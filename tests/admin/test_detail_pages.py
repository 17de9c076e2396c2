"""The pages of a job and of an item."""

import json

import pytest
from django.urls import reverse

from jobs.models import JobItem
from tests.admin.pages import address, source, words
from tests.admin.rows import (
    fail,
    finish,
    make_artifact,
    make_job,
    make_media,
    make_plugin,
    make_user,
    make_worker,
)


@pytest.fixture
def job(owner):
    return make_job(owner, params={"detail": "lines"})


@pytest.fixture
def item(job):
    return job.items.get()


def pages_of(client, item):
    return [client.get(address("job", item.job_id)), client.get(address("jobitem", item.pk))]


def test_a_finished_job_shows_result_run_record_log_and_times(boss, item):
    finish(item)
    for page in pages_of(boss, item):
        text = words(page)
        for part in ("Total 12.50", "cpu s 1.25", "model loaded", "waited", "ran 1 min 5 s"):
            assert part in text, part
        assert reverse("admin:jobs_jobitem_result", args=[item.pk]) in source(page)


def overlay_url(item):
    return reverse("admin:jobs_jobitem_overlay", args=[item.pk])


def test_what_was_found_is_shown_drawn_on_the_picture(boss, item):
    finish(item)
    for page in pages_of(boss, item):
        assert f'src="{overlay_url(item)}"' in source(page)
    answer = boss.get(overlay_url(item))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Security-Policy"].endswith("sandbox")
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")


def test_the_overlay_is_not_listed_among_the_files_of_the_tool(boss, item):
    finish(item)
    boss.get(overlay_url(item))
    assert "Files" not in words(boss.get(address("jobitem", item.pk))).split()


def test_large_pictures_have_plain_numbers_in_their_sizes(boss, owner, settings):
    settings.USE_THOUSAND_SEPARATOR = True
    job = make_job(owner, make_media(owner, width=4000, height=3000))
    finish(job.items.get())
    assert 'width="4000"' in source(boss.get(address("job", job.pk)))


@pytest.mark.parametrize("result", [[], "text", None, {"lines": "none"}, {"mood": "good"}])
def test_a_result_without_places_shows_the_bare_picture(boss, item, result):
    finish(item, result)
    for page in pages_of(boss, item):
        assert overlay_url(item) not in source(page)
    where = reverse("admin:jobs_media_file", args=[item.media_id])
    assert boss.get(overlay_url(item)).url == where


def test_malformed_places_do_no_harm(boss, item):
    finish(item, '{"detections": [null, {"bbox": [NaN, 0, 1, Infinity]}, {"bbox": [1, 2]}]}')
    assert boss.get(overlay_url(item)).status_code == 200


def test_the_overlay_needs_the_permission_for_pictures(client, item):
    finish(item)
    client.force_login(make_user("half", "view_jobitem", is_staff=True))
    assert client.get(overlay_url(item)).status_code == 403


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
        assert "missing in the storage" in words(page)
    assert boss.get(reverse("admin:jobs_jobitem_result", args=[item.pk])).status_code == 404


def test_a_huge_result_is_offered_for_download_only(boss, item, settings):
    finish(item, result_size_bytes=settings.MAX_RESULT_INLINE_BYTES + 1)
    for page in pages_of(boss, item):
        assert "too large to show here (1.0" in words(page)
        assert "Total 12.50" not in words(page)


def test_long_text_is_cut_and_the_download_has_all_of_it(boss, item):
    finish(item, {"text": "word " * 20_000 + "END"})
    page = boss.get(address("jobitem", item.pk))
    assert "The text goes on" in words(page)
    assert "END" not in words(page)
    answer = boss.get(reverse("admin:jobs_jobitem_result", args=[item.pk]))
    assert json.loads(b"".join(answer.streaming_content))["text"].endswith("END")
    assert "attachment" in answer["Content-Disposition"]


def test_a_failed_job_shows_the_typed_reason_and_its_sentence(boss, item):
    fail(item, "The page is upside down.", log="traceback line")
    for page in pages_of(boss, item):
        for part in ("The tool reported an error", "tool_error", "upside down", "traceback line"):
            assert part in words(page)


def test_a_pending_job_says_why_it_waits(boss, job):
    make_plugin()
    assert "Why it waits: No worker is running." in words(boss.get(address("job", job.pk)))


def test_an_item_that_is_tried_again_shows_its_last_error(boss, item):
    JobItem.objects.update(error_type="worker_lost", error_message="The worker was lost.")
    text = words(boss.get(address("jobitem", item.pk)))
    assert "Last attempt The worker was lost" in text


def test_a_batch_lists_its_items_with_links(boss, owner):
    job = make_job(owner, items=3)
    fail(job.items.get(position=1))
    page = boss.get(address("job", job.pk))
    for item in job.items.all():
        assert address("jobitem", item.pk) in source(page)
    assert "The tool reported an error: The page is upside down." in words(page)
    assert "Pending 2 Failed 1" in words(page)


def test_a_large_batch_links_to_the_list_of_its_items(boss, owner):
    job = make_job(owner, items=51)
    make_job(owner)
    page = source(boss.get(address("job", job.pk)))
    where = f"{address('jobitem')}?q={job.pk}"
    assert f'href="{where}"' in page
    assert "51 job items" in words(boss.get(where))


def test_items_lead_to_their_neighbours(boss, owner):
    first, second, third = make_job(owner, items=3).items.all()
    page = source(boss.get(address("jobitem", second.pk)))
    assert address("jobitem", first.pk) in page
    assert address("jobitem", third.pk) in page
    assert "item 2 of 3" in words(boss.get(address("jobitem", second.pk)))


def test_the_queries_of_a_jobs_page_do_not_grow_with_its_items(
    boss, owner, django_assert_max_num_queries
):
    job = make_job(owner, items=50)
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
