"""The list of jobs: order, filters, pages, and how much it asks the database."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, parse_qsl

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs.engine import lifecycle
from jobs.models import Job
from jobs.pages import job_list
from plugins_app.models import Plugin
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
    found, page = listed(client, plugin_id="echo", created_after=today, created_before=tomorrow)
    assert found == ids(job)
    assert f'type="date" name="created_after" value="{today}"' in page
    assert listed(client, created_after=tomorrow)[0] == []
    assert listed(client, created_before=today)[0] == []


def test_filter_by_tool_and_kind(client, ada, echo_plugin):
    read, described = make_job(ada, tools=["read"]), make_job(ada, tools=["describe"])
    found, page = listed(client, tool="echo/read")
    assert found == ids(read)
    assert '<option value="echo/read" selected>' in page
    assert listed(client, tool="describe")[0] == ids(described)
    assert listed(client, tool="marker/read")[0] == []
    assert listed(client, job_type="image")[0] == ids(described, read)
    assert listed(client, job_type="video")[0] == []


def test_links_of_earlier_go_on_working(client, ada, echo_plugin):
    job = make_job(ada)
    today, tomorrow = timezone.now().date(), timezone.now().date() + timedelta(days=1)
    found, page = listed(client, plugin="echo", since=today, until=today)
    assert found == ids(job)
    assert f'name="created_before" value="{tomorrow}"' in page
    assert listed(client, plugin="marker")[0] == []
    assert listed(client, since=tomorrow)[0] == []
    assert listed(client, until=today - timedelta(days=1))[0] == []


def test_a_moment_from_the_api_is_shown_as_it_was_given(client, ada, echo_plugin):
    job = make_job(ada)
    found, page = listed(client, created_after="2020-01-31T10:00:00Z")
    assert found == ids(job)
    assert 'type="text" name="created_after" value="2020-01-31T10:00:00Z"' in page


def test_what_can_not_be_read_filters_nothing_and_is_said(client, ada, echo_plugin):
    job = make_job(ada)
    found, page = listed(client, created_after="yesterday", status="failed")
    assert found == ids(job)
    assert 'class="field-error"' in page


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
        {"until": "9999-12-31"},
        {"created_before": "0001-01-01"},
        {"cursor": "x"},
        {"cursor": "cD0x"},
        {"limit": "1000"},
        {"from": "7"},
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


def leading(client, page, word):
    """The ids and the page behind a link of the pager; None where there is no such link."""
    link = re.search(rf'href="(\?[^"]*)"[^>]*>{word}<', page)
    return link and listed(client, **dict(parse_qsl(unescape(link[1])[1:])))


def test_pages_lead_to_older_and_back_to_newer(client, ada, echo_plugin, monkeypatch):
    monkeypatch.setattr(job_list, "JOBS_PER_PAGE", 2)
    one, two, three, four, five = (make_job(ada) for _ in range(5))
    found, page = listed(client)
    assert found == ids(five, four)
    assert not leading(client, page, "Newer")
    found, page = leading(client, page, "Older")
    assert found == ids(three, two)
    last, end = leading(client, page, "Older")
    assert last == ids(one)
    assert not leading(client, end, "Older")
    assert leading(client, end, "Newer")[0] == ids(three, two)
    first, page = leading(client, page, "Newer")
    assert first == ids(five, four)
    assert not leading(client, page, "Newer")


def test_links_to_pages_of_earlier_go_on_working(client, ada, echo_plugin, monkeypatch):
    monkeypatch.setattr(job_list, "JOBS_PER_PAGE", 2)
    one, two, three, four, five = (make_job(ada) for _ in range(5))
    found, page = listed(client, before=four.pk)
    assert found == ids(three, two)
    assert leading(client, page, "Older")[0] == ids(one)
    assert listed(client, after=three.pk)[0] == ids(five, four)


def test_a_page_of_the_api_is_a_page(client, ada, echo_plugin):
    jobs = [make_job(ada) for _ in range(3)]
    link = client.get("/v1/jobs?limit=2").json()["next"]
    assert listed(client, **dict(parse_qsl(link.partition("?")[2])))[0] == ids(jobs[0])


def test_paging_keeps_the_filter(client, ada, echo_plugin, monkeypatch):
    monkeypatch.setattr(job_list, "JOBS_PER_PAGE", 1)
    make_job(ada)
    make_job(ada)
    page = listed(client, status="pending", live="0")[1]
    link = re.search(r'href="(\?[^"]*)"[^>]*>Older<', page)[1]
    assert parse_qs(unescape(link)[1:]).keys() == {"status", "cursor"}


def test_the_list_asks_the_database_the_same_number_of_times_for_any_length(
    client, ada, echo_plugin, django_assert_max_num_queries
):
    for _ in range(6):
        make_job(ada, [make_media(ada), make_media(ada)])
    with django_assert_max_num_queries(10) as asked:  # with those for the filters' choices, titles
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


def test_tools_have_their_titles_and_those_that_are_gone_their_ids(client, ada, echo_plugin):
    job = make_job(ada)
    title = Plugin.objects.get(pk="echo").parsed_manifest.tool(job.tools[0]).title
    Job.objects.filter(pk=job.pk).update(tools=[*job.tools, "long_gone"])
    assert f"{title}, long_gone" in client.get("/jobs").content.decode()
