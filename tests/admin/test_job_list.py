"""The list of jobs: what it shows, how it is searched and filtered, what it costs."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.admin import read_only
from jobs.admin.filters import first_id
from jobs.models import Job
from tests.admin.pages import address, listed, words
from tests.factories import fail, finish, job_row, make_plugin, make_user, media_row


def ask(client, **query):
    return listed(client.get(address("job"), query))


def test_a_row_says_what_became_of_the_job(boss, owner):
    finish(job_row(owner).items.get())
    page = boss.get(address("job"))
    [row] = listed(page)
    for part in ("ocr: extract_text", "Completed", "olga", "1 / 1", "1 min 5 s"):
        assert part in row
    assert 'class="badge badge-completed"' in page.content.decode()


def test_the_first_medium_is_shown_as_a_small_picture(boss, owner):
    media = media_row(owner, "first.png")
    job_row(owner, media, items=3)
    page = boss.get(address("job")).content.decode()
    assert f'src="/admin/jobs/media/{media.pk}/thumbnail/" alt="first.png"' in page


@pytest.mark.parametrize("model", ["job", "jobitem", "media", "blob"])
def test_the_number_of_queries_does_not_grow_with_the_list(boss, owner, model):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as context:
            assert boss.get(address(model)).status_code == 200
        return len(context)

    make_plugin()
    job_row(owner)
    queries()  # the first request also fills caches
    few = queries()
    for number in range(12):
        job_row(make_user(f"user{number}"), items=3)
    assert queries() == few
    assert few <= 12


@pytest.mark.parametrize(
    "term", ["olga", "OCR", "invoice", "invoice march", '"invoice march.png"', "olga march"]
)
def test_a_job_is_found_by_owner_plugin_and_file_name(boss, owner, term):
    job_row(owner, media_row(owner, "invoice march.png"))
    other = make_user("peter")
    job_row(other, media_row(other, "face.png"), plugin_id="codes", tools=["read"])
    [row] = ask(boss, q=term)
    assert "olga" in row


def test_a_job_is_found_by_its_id_and_by_its_beginning(boss, owner):
    job, other = job_row(owner), job_row(owner)
    assert Job.objects.filter(pk__in=(job.pk, other.pk)).count() == 2
    for term in (str(job.pk), job.pk.hex, job.pk.hex[:24], str(job.pk).upper()):
        assert len(ask(boss, q=term)) == 1, term
    assert ask(boss, q=str(UUID(int=7))) == []


def test_words_that_match_different_jobs_find_none(boss, owner):
    job_row(owner, media_row(owner, "invoice.png"))
    assert ask(boss, q="invoice peter") == []


@pytest.mark.parametrize("term", ["\0", '"', "'", "%", "a" * 5000, "\\", "ffffff" * 9])
def test_odd_searches_do_no_harm(boss, owner, term):
    job_row(owner)
    assert boss.get(address("job"), {"q": term}).status_code == 200


def test_filters_narrow_the_list(boss, owner):
    make_plugin("ocr")
    make_plugin("codes", "read")
    fail(job_row(owner).items.get())
    job_row(owner, plugin_id="codes", tools=["read"], job_type="video")
    assert "Failed" in ask(boss, status__exact="failed")[0]
    assert len(ask(boss, status__exact="pending")) == 1
    assert "codes: read" in ask(boss, plugin="codes")[0]
    assert len(ask(boss, type="video")) == 1
    assert ask(boss, type="mixed") == []


def test_the_time_filter_goes_from_years_to_days(boss, owner):
    moment = datetime(2025, 3, 15, 12, tzinfo=UTC)
    old = job_row(owner, id=UUID(int=first_id(moment).int + 5), plugin_id="old")
    Job.objects.filter(pk=old.pk).update(created_at=moment)
    job_row(owner, plugin_id="new")
    for span in ("2025", "2025-03", "2025-03-15"):
        [row] = ask(boss, created=span)
        assert "old" in row
    assert ask(boss, created="2025-04") == []
    assert ask(boss, created="2025-03-16") == []
    assert "15 March 2025" in words(boss.get(address("job"), {"created": "2025-03"}))
    assert "14 March 2025" not in words(boss.get(address("job"), {"created": "2025-03"}))


@pytest.mark.parametrize(
    "span", ["nonsense", "2025-13", "2025-02-30", "0000", "9999", "9999-12-31"]
)
def test_a_time_that_does_not_exist_is_no_server_error(boss, owner, span):
    job_row(owner)
    assert boss.get(address("job"), {"created": span}).status_code in (200, 302)


def test_a_very_long_list_says_that_it_is_cut(boss, owner, monkeypatch):
    monkeypatch.setattr(read_only, "MOST_LISTED", 2)
    for _ in range(2):
        job_row(owner)
    assert "2 jobs" in words(boss.get(address("job")))
    job_row(owner)
    page = boss.get(address("job"))
    assert "The first 2 jobs are listed; there are more." in words(page)
