"""Cancelling from the admin."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from jobs.admin import job as job_admin
from jobs.models import Job, JobItem
from tests.admin.pages import address, words
from tests.factories import finish, job_row, make_user


def cancel(client, *jobs):
    values = {"action": "cancel_selected", "_selected_action": [job.pk for job in jobs]}
    return client.post(address("job"), values, follow=True)


def test_selected_jobs_are_canceled_and_ended_ones_counted(boss, owner):
    ended = job_row(owner)
    finish(ended.items.get())
    page = words(cancel(boss, job_row(owner, items=3), job_row(owner), ended))
    assert "Canceled: 2." in page
    assert "Not canceled, because they had ended already: 1." in page
    assert sorted(Job.objects.values_list("status", flat=True)) == [
        "canceled",
        "canceled",
        "completed",
    ]
    assert JobItem.objects.filter(status="canceled").count() == 4
    assert LogEntry.objects.filter(change_message="Canceled.").count() == 2


def test_the_page_of_a_job_has_a_cancel_button_while_it_is_open(boss, owner):
    job = job_row(owner)
    button = reverse("admin:jobs_job_cancel", args=[job.pk])
    assert button in boss.get(address("job", job.pk)).content.decode()
    page = boss.post(button, follow=True)
    assert "The job was canceled." in words(page)
    assert button not in page.content.decode()
    assert Job.objects.get().status == "canceled"


def test_cancelling_an_ended_job_says_so(boss, owner):
    job = job_row(owner)
    finish(job.items.get())
    page = boss.post(reverse("admin:jobs_job_cancel", args=[job.pk]), follow=True)
    assert "had ended already" in words(page)
    assert Job.objects.get().status == "completed"


def test_following_a_link_cancels_nothing(boss, owner):
    job = job_row(owner)
    assert boss.get(reverse("admin:jobs_job_cancel", args=[job.pk])).status_code == 405
    assert Job.objects.get().status == "pending"


def test_who_may_only_look_cannot_cancel(viewer, owner):
    job = job_row(owner)
    where = reverse("admin:jobs_job_cancel", args=[job.pk])
    assert where not in viewer.get(address("job", job.pk)).content.decode()
    assert viewer.post(where).status_code == 403
    cancel(viewer, job)
    assert Job.objects.get().status == "pending"


def test_who_may_change_jobs_can_cancel(client, owner):
    client.force_login(make_user("clerk", "view_job", "change_job", is_staff=True))
    job = job_row(owner)
    assert "Canceled: 1." in words(cancel(client, job))
    assert client.post(address("job", job.pk), {"status": "pending"}).status_code == 403
    assert Job.objects.get().status == "canceled"


def test_a_very_large_selection_is_done_in_parts(boss, owner, monkeypatch):
    monkeypatch.setattr(job_admin, "MOST_AT_ONCE", 2)
    page = words(cancel(boss, *[job_row(owner) for _ in range(3)]))
    assert "Canceled: 2." in page
    assert "Only the first 2 were looked at." in page
    assert Job.objects.filter(status="pending").count() == 1


@pytest.mark.parametrize("items", [1, 3])
def test_a_canceled_job_shows_when_it_was_canceled(boss, owner, items):
    job = job_row(owner, items=items)
    cancel(boss, job)
    page = words(boss.get(address("job", job.pk)))
    assert "Canceled at" in page
