"""The admin's first page."""

import pytest
from django.urls import reverse

from jobs.models import Job
from tests.admin.pages import words
from tests.factories import fail, job_row, make_worker


def index(client):
    return words(client.get(reverse("admin:index")))


def test_it_warns_when_no_worker_is_alive(boss):
    make_worker(silent_for_s=60)
    assert "No worker is running." in index(boss)
    assert "Workers alive 0" in index(boss)
    make_worker("other")
    assert "No worker is running." not in index(boss)
    assert "Workers alive 1" in index(boss)


def test_it_shows_the_numbers(boss, owner):
    for _ in range(3):
        job_row(owner)
    Job.objects.filter(pk=job_row(owner).pk).update(status="running")
    fail(job_row(owner).items.get())
    old = job_row(owner)
    fail(old.items.get())
    Job.objects.filter(pk=old.pk).update(finished_at="2020-01-01T00:00:00Z")
    assert "Pending jobs 3 Running jobs 1 Failed in the last 24 hours 1" in index(boss)


def test_who_may_not_see_jobs_is_told_no_numbers(stranger, owner):
    job_row(owner)
    assert "Pending jobs" not in index(stranger)
    assert "No worker" not in index(stranger)


def test_it_costs_few_queries(boss, owner, django_assert_max_num_queries):
    job_row(owner)
    with django_assert_max_num_queries(13):
        boss.get(reverse("admin:index"))


@pytest.mark.parametrize("model", ["schedule", "success", "failure", "ormq"])
def test_the_queues_own_tables_are_to_look_at(boss, model):
    assert boss.get(reverse(f"admin:django_q_{model}_changelist")).status_code == 200
    assert boss.get(reverse(f"admin:django_q_{model}_add")).status_code == 403
