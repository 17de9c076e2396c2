"""The page of a job: what it says while it waits and runs, and afterwards."""

import html
import re
from urllib.parse import unquote

import pytest
from django.urls import reverse

from jobs.engine import lifecycle
from jobs.engine.deletion import delete_job
from jobs.models import JobItem, JobStatus
from jobs.pages import job as job_module
from tests.factories import make_finished_job, make_job, make_media, picture


def opened(client, job, **query):
    return client.get(reverse("job", args=[job.pk]), query).content.decode()


def poll_address(page):
    """The address that a page asks for its live part, or None when it does not."""
    found = re.search(r'hx-get="([^"]+)"', page)
    return found and html.unescape(found[1])


def test_a_waiting_job_says_why_it_waits(client, ada, echo_plugin):
    page = opened(client, make_job(ada))
    assert "Waiting." in page
    assert "No worker is running." in page
    assert ">Cancel</button>" in page


def test_the_page_asks_again_and_gets_nothing_while_nothing_changed(client, ada, echo_plugin):
    where = poll_address(opened(client, make_job(ada)))
    assert client.get(where).status_code == 204
    assert client.get(where).content == b""


def test_a_change_comes_as_a_part_of_the_page(client, ada, echo_plugin):
    job = make_job(ada)
    where = poll_address(opened(client, job))
    item = job.items.get()
    JobItem.objects.filter(pk=item.pk).update(status="running", progress=0.5, progress_note="half")
    job.__class__.objects.filter(pk=job.pk).update(status=JobStatus.RUNNING)
    answer = client.get(where)
    part = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in part
    assert 'value="0.5000"' in part
    assert "half" in part
    assert poll_address(part) != where


def test_the_last_part_stops_the_asking(client, ada, echo_plugin):
    job = make_job(ada)
    where = poll_address(opened(client, job))
    lifecycle.cancel(job)
    answer = client.get(where)
    assert answer.status_code == 286
    assert poll_address(answer.content.decode()) is None
    assert "Canceled" in answer.content.decode()


@pytest.mark.parametrize("page", ["job", "item"])
def test_an_open_page_is_told_that_its_job_was_deleted(client, ada, echo_plugin, page):
    job = make_job(ada)
    addresses = {
        "job": reverse("job", args=[job.pk]),
        "item": reverse("item", args=[job.pk, job.items.get().pk]),
    }
    where = poll_address(client.get(addresses[page]).content.decode())
    delete_job(job)
    answer = client.get(where, headers={"HX-Request": "true"})
    part = answer.content.decode()
    assert answer.status_code == 286
    assert "The job was deleted" in part
    assert reverse("jobs") in part
    assert poll_address(part) is None
    assert client.get(where).status_code == 404, "opened anew it is an address of nothing"


def test_a_job_that_ends_while_its_page_is_made_is_asked_for_again(
    client, ada, echo_plugin, monkeypatch
):
    def ends_meanwhile(job):
        lifecycle.cancel(job)

    monkeypatch.setattr(job_module, "blocked_reason", ends_meanwhile)
    page = opened(client, make_job(ada))
    assert re.search(r'class="status[^>]*>Pending<', page)
    assert poll_address(page)


def test_an_ended_job_is_not_asked_for_again(client, ada, echo_plugin):
    assert poll_address(opened(client, make_finished_job(ada))) is None


def test_cancel_cancels_and_comes_back_to_the_page(client, ada, echo_plugin):
    job = make_job(ada)
    page = client.post(reverse("cancel-job", args=[job.pk]), follow=True).content.decode()
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELED
    assert "It was canceled before it ended" in page


def test_canceling_an_ended_job_changes_nothing_and_says_so(client, ada, echo_plugin):
    job = make_finished_job(ada)
    page = client.post(reverse("cancel-job", args=[job.pk]), follow=True).content.decode()
    job.refresh_from_db()
    assert job.status == JobStatus.COMPLETED
    assert "The job had already ended" in page


def test_running_again_makes_a_new_job_that_names_the_old_one(client, ada, echo_plugin):
    job = make_finished_job(ada, tools=["read"], params={"word": "again"})
    answer = client.post(reverse("retry-job", args=[job.pk]))
    again = job.retries.get()
    assert answer.url == reverse("job", args=[again.pk])
    assert (again.tools, again.params, again.status) == (["read"], {"word": "again"}, "pending")
    assert reverse("job", args=[job.pk]) in opened(client, again)


def test_only_what_failed_of_a_batch_can_be_run_again(client, ada, echo_plugin):
    job = make_finished_job(ada, [make_media(ada), make_media(ada)], tools=["read"])
    assert "Run failed again" not in opened(client, job)
    JobItem.objects.filter(job=job, position=1).update(status="failed", error_type="timeout")
    assert "Run failed again" in opened(client, job)
    client.post(reverse("retry-job", args=[job.pk]), {"only": "failed"})
    failed = job.items.get(position=1)
    assert [item.media_id for item in job.retries.get().items.all()] == [failed.media_id]


def test_a_job_that_has_not_ended_is_not_run_again(client, ada, echo_plugin):
    job = make_job(ada)
    answer = client.post(reverse("retry-job", args=[job.pk]), follow=True)
    assert "The job has not ended yet. Cancel it first, or wait." in answer.content.decode()
    assert not job.retries.exists()


def test_text_is_shown_with_boxes_lines_and_downloads(client, ada, echo_plugin):
    media = make_media(ada, "page.png", picture(80, 60))
    job = make_finished_job(ada, [media], tools=["read"], params={"word": "Hello there"})
    page = opened(client, job)
    item = job.items.get()
    assert f'src="/v1/media/{media.pk}/file"' in page
    assert 'viewBox="0 0 80 60"' in page
    assert 'points="1,1 11,1 11,5 1,5"' in page
    assert '<pre class="result-text" id="result-text" tabindex="0">Hello there</pre>' in page
    assert "90.0 %" in page
    for name in ("item-text", "item-result"):
        assert reverse(name, args=[job.pk, item.pk]) in page


def test_the_record_says_what_made_the_result(client, ada, echo_plugin):
    job = make_finished_job(ada, tools=["read"])
    page, run = opened(client, job), job.items.get().run
    for fact in (run["input_sha256"], run["code_digest"], run["worker"], "1.2.3"):
        assert fact in page
    assert "<code>word</code> &quot;hello&quot;" in re.sub(r"\s+", " ", page)


def test_free_json_is_shown_open_and_pretty(client, ada, echo_plugin):
    page = opened(client, make_finished_job(ada))
    assert "<details open>" in re.sub(r"\s+", " ", page)
    assert "&quot;words&quot;: [\n    &quot;hello&quot;\n  ]" in page


def test_a_failed_job_says_what_happened_and_what_to_do(client, ada, echo_plugin):
    page = opened(client, make_finished_job(ada, tools=["fail"]))
    assert "The tool reported an error" in page
    assert "The picture is too ugly. Send a nicer one." in page
    assert "What to do:" in page


def test_markup_in_results_is_shown_as_text(client, ada, echo_plugin):
    evil = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>"
    page = opened(client, make_finished_job(ada, tools=["read"], params={"word": evil}))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 3


def test_files_that_the_tool_made_are_offered(client, ada, echo_plugin):
    job = make_finished_job(ada, params={"picture": True})
    where = f"/v1/results/{job.items.get().pk}/artifacts/pixel.png"
    assert where in opened(client, job)
    assert client.get(where).status_code == 200


def test_a_result_too_large_for_a_page_is_only_offered(client, ada, echo_plugin, settings):
    settings.MAX_RESULT_INLINE_BYTES = 10
    page = opened(client, make_finished_job(ada, tools=["read"], params={"word": "much text"}))
    assert "too much for a page" in page
    assert "much text" not in page.split("Made by", maxsplit=1)[0]


def test_a_result_whose_file_is_gone_is_said(client, ada, echo_plugin):
    job = make_finished_job(ada)
    item = job.items.get()
    item.result.storage.delete(item.result.name)
    assert "The result is gone" in opened(client, job)


def test_a_picture_that_browsers_can_not_show_is_shown_as_preview(client, ada, echo_plugin):
    media = make_media(ada, "scan.tif", picture(60, 40, "TIFF"))
    page = opened(client, make_job(ada, [media]))
    assert f'src="/v1/media/{media.pk}/thumbnail"' in page


def test_a_batch_lists_its_items_page_by_page(client, ada, echo_plugin, monkeypatch):
    monkeypatch.setattr(job_module, "ITEMS_PER_PAGE", 2)
    job = make_job(ada, [make_media(ada, f"{n}.png") for n in range(5)])

    def names(page):
        return re.findall(r'<span class="filename">(\d\.png)</span>', page)

    assert names(opened(client, job)) == ["0.png", "1.png"]
    middle = opened(client, job, **{"from": "2"})
    assert names(middle) == ["2.png", "3.png"]
    for word, expected in (("Previous", ["0.png", "1.png"]), ("Next", ["4.png"])):
        cursor = re.search(rf'href="\?cursor=([^"]*)"[^>]*>{word} items<', middle)[1]
        assert names(opened(client, job, cursor=unquote(cursor))) == expected
    assert names(opened(client, job, **{"from": "-1"})) == ["0.png", "1.png"]
    assert names(opened(client, job, **{"from": "٣"})) == ["0.png", "1.png"]


def test_a_batch_can_show_only_its_failed_items(client, ada, echo_plugin):
    media = [make_media(ada, "one.png"), make_media(ada, "two.png")]
    job = make_job(ada, media)
    JobItem.objects.filter(job=job, position=1).update(status="failed", error_type="timeout")
    page = opened(client, job, status="failed")
    assert "two.png" in page
    assert "one.png" not in page
    assert "The time limit was reached" in page
    assert "No item is in this state" in opened(client, job, status="skipped")


@pytest.mark.parametrize("count", [2, 30])
def test_the_page_of_a_batch_asks_the_database_a_few_times(
    client, ada, echo_plugin, django_assert_max_num_queries, count
):
    data = picture()
    job = make_job(ada, [make_media(ada, f"{n}.png", data) for n in range(count)])
    with django_assert_max_num_queries(14):
        opened(client, job)


def test_progress_of_a_batch_counts_running_items_by_their_part(client, ada, echo_plugin):
    job = make_job(ada, [make_media(ada, "first.png"), make_media(ada, "second.png")])
    JobItem.objects.filter(job=job, position=0).update(status="running", progress=0.5)
    job.__class__.objects.filter(pk=job.pk).update(status=JobStatus.RUNNING)
    page = opened(client, job)
    assert 'value="0.2500"' in page
    assert "0 of 2 items done; now <bdi>first.png</bdi>" in page
