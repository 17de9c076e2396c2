"""The list of jobs: order, filters, pages, and how much it asks the database."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs.engine import lifecycle
from jobs.models import Job
from jobs.pages import job_list
from tests.factories import make_job, make_media


def listed(client, **query):
    """The ids of the jobs on a page, in their order, and the page."""
    page = client.get(reverse("jobs"), query).content.decode()
    return re.findall(r'id="job-([0-9a-f-]{36})"', page), page


def ids(*jobs):
    return [str(job.pk) for job in jobs]


def test_newest_first_and_only_ones_own(client, ada, ben, echo_plugin):
    old, new = make_job(ada), make_job(ada)
    make_job(ben)
    assert listed(client)[0] == ids(new, old)


def test_without_jobs_the_page_leads_to_the_upload(client, db):
    found, page = listed(client)
    assert not found
    assert "No jobs yet" in page
    assert f'href="{reverse("upload")}"' in page.split("No jobs yet")[1]


def test_filter_by_status(client, ada, echo_plugin):
    waiting, canceled = make_job(ada), make_job(ada)
    lifecycle.cancel(canceled)
    assert listed(client, status="canceled")[0] == ids(canceled)
    assert listed(client, status="pending")[0] == ids(waiting)


def test_filter_by_plugin_and_date(client, ada, echo_plugin):
    job = make_job(ada)
    today, tomorrow = timezone.now().date(), timezone.now().date() + timedelta(days=1)
    assert listed(client, plugin="echo", since=today, until=tomorrow)[0] == ids(job)
    assert listed(client, since=tomorrow)[0] == []


def test_search_finds_any_file_of_a_batch_once(client, ada, echo_plugin):
    batch = make_job(ada, [make_media(ada, "front.png"), make_media(ada, "Back page.png")])
    other = make_job(ada, [make_media(ada, "Über.png")])
    assert listed(client, q="back")[0] == ids(batch)
    assert listed(client, q="ÜBER")[0] == ids(other)
    assert listed(client, q=".png")[0].count(str(batch.pk)) == 1


def test_when_nothing_fits_the_page_says_so_and_keeps_the_filter(client, ada, echo_plugin):
    make_job(ada)
    found, page = listed(client, q="no such")
    assert not found
    assert "No job fits these filters" in page
    assert 'value="no such"' in page


@pytest.mark.parametrize(
    "query",
    [
        {"status": "sleeping"},
        {"since": "yesterday"},
        {"before": "x"},
        {"after": "\0"},
        {"plugin": "\0"},
        {"q": "\0"},
        {"q": "%"},
        {"live": "\ud800".encode("utf-8", "surrogatepass")},
    ],
)
def test_nonsense_in_the_address_is_no_error_of_the_server(client, ada, echo_plugin, query):
    make_job(ada)
    assert client.get(reverse("jobs"), query).status_code < 500


def test_pages_lead_to_older_and_back_to_newer(client, ada, echo_plugin, monkeypatch):
    monkeypatch.setattr(job_list, "JOBS_PER_PAGE", 2)
    one, two, three, four, five = (make_job(ada) for _ in range(5))

    def follow(page, word):
        return re.search(rf'href="\?([^"]*)"[^>]*>{word}<', page)

    found, page = listed(client)
    assert found == ids(five, four)
    assert not follow(page, "Newer")
    found, page = listed(client, before=four.pk)
    assert found == ids(three, two)
    assert follow(page, "Older")[1] == f"before={two.pk}"
    assert follow(page, "Newer")[1] == f"after={three.pk}"
    found, page = listed(client, before=two.pk)
    assert found == ids(one)
    assert not follow(page, "Older")
    assert listed(client, after=three.pk)[0] == ids(five, four)


def test_paging_keeps_the_filter(client, ada, echo_plugin, monkeypatch):
    monkeypatch.setattr(job_list, "JOBS_PER_PAGE", 1)
    make_job(ada)
    make_job(ada)
    assert re.search(r'href="\?status=pending&amp;before=', listed(client, status="pending")[1])


def test_the_list_asks_the_database_the_same_number_of_times_for_any_length(
    client, ada, echo_plugin, django_assert_max_num_queries
):
    for _ in range(6):
        make_job(ada, [make_media(ada), make_media(ada)])
    with django_assert_max_num_queries(8) as asked:
        assert len(listed(client)[0]) == 6
    Job.objects.exclude(pk=Job.objects.first().pk).delete()
    with django_assert_max_num_queries(len(asked)):
        assert len(listed(client)[0]) == 1


def test_it_updates_itself_only_while_something_runs(client, ada, echo_plugin):
    job = make_job(ada)
    assert 'hx-trigger="every 2s"' in listed(client)[1]
    lifecycle.cancel(job)
    assert "hx-trigger" not in listed(client)[1]


def test_a_file_name_that_is_markup_is_shown_as_text(client, ada, echo_plugin):
    make_job(ada, [make_media(ada, "<script>alert(1)<script>.png")])
    page = listed(client)[1]
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
