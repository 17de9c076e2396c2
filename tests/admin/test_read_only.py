"""Nothing can be edited that would then lie about what happened."""

import pytest
from django.urls import reverse

from jobs.models import Blob, Job, JobItem, Media, Worker
from tests.admin.pages import address
from tests.factories import job_row, make_worker

EVERY = ("job", "jobitem", "media", "blob", "worker")


@pytest.fixture
def pks(owner):
    job = job_row(owner)
    item = job.items.get()
    return {
        "job": job.pk,
        "jobitem": item.pk,
        "media": item.media_id,
        "blob": item.media.blob_id,
        "worker": make_worker().pk,
    }


@pytest.mark.parametrize("model", EVERY)
def test_nobody_adds_rows_by_hand(boss, pks, model):
    assert boss.get(reverse(f"admin:jobs_{model}_add")).status_code == 403
    assert boss.post(reverse(f"admin:jobs_{model}_add"), {}).status_code == 403


@pytest.mark.parametrize("model", EVERY)
def test_nobody_deletes_rows_by_hand(boss, pks, model):
    where = reverse(f"admin:jobs_{model}_delete", args=[pks[model]])
    assert boss.post(where, {"post": "yes"}).status_code == 403
    boss.post(
        address(model),
        {"action": "delete_selected", "_selected_action": [pks[model]], "post": "yes"},
    )
    counts = [each.objects.count() for each in (Job, JobItem, Media, Blob, Worker)]
    assert counts == [1, 1, 1, 1, 1]


@pytest.mark.parametrize("model", ["job", "jobitem"])
def test_posting_a_status_changes_nothing(boss, pks, model):
    values = {"status": "completed", "ended": 1, "priority": 0, "error_message": "edited"}
    assert boss.post(address(model, pks[model]), values).status_code == 403
    job, item = Job.objects.get(), JobItem.objects.get()
    assert (job.status, job.ended, job.priority) == ("pending", 0, 10)
    assert (item.status, item.priority, item.error_message) == ("pending", 10, "")


@pytest.mark.parametrize("model", EVERY)
def test_the_pages_have_no_fields_to_fill_in(boss, pks, model):
    page = boss.get(address(model, pks[model])).content.decode()
    main = page.partition('id="content"')[2]
    for field in ('<input type="text', "<select", "<textarea", "Save"):
        assert field not in main


def test_a_user_with_jobs_cannot_be_deleted_together_with_them(boss, owner, pks):
    where = reverse("admin:auth_user_delete", args=[owner.pk])
    boss.post(where, {"post": "yes"})
    assert Job.objects.count() == 1
    assert Blob.objects.count() == 1
