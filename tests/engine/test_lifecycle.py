"""Every allowed status change, and no other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.engine import lifecycle
from jobs.engine.lifecycle import Outcome
from jobs.models import Artifact, ItemStatus, Job, JobItem, JobStatus, Reason
from tests.factories import ANYTHING, job_row, make_user

pytestmark = pytest.mark.django_db


def claim():
    return lifecycle.claim(ANYTHING, "test:1:1")


def outcome(*artifacts):
    return Outcome(
        result="image/output/result.json",
        result_size_bytes=2,
        result_sha256="0" * 64,
        run={"version": "1"},
        log="",
        artifacts=list(artifacts),
    )


def only_item(job):
    return JobItem.objects.get(job=job)


def test_claiming_gives_a_token_a_lease_and_counts_the_attempt():
    job = job_row(make_user())
    taken = claim()
    item = only_item(job)
    assert (item.status, item.attempt, item.token) == (ItemStatus.RUNNING, 1, taken.token)
    assert item.lease_until > timezone.now()
    job.refresh_from_db()
    assert job.status == JobStatus.RUNNING
    assert claim() is None


def test_items_of_other_lanes_and_plugins_are_left_alone():
    job = job_row(make_user())
    JobItem.objects.filter(job=job).update(lane="gpu")
    assert claim() is None
    JobItem.objects.filter(job=job).update(lane="cpu", plugin_id="other")
    assert claim() is None


def test_a_completed_item_ends_its_job():
    job = job_row(make_user())
    taken = claim()
    file = Artifact(
        item_id=taken.item_id,
        name="a.png",
        kind="picture",
        content_type="image/png",
        size_bytes=1,
        sha256="0" * 64,
        file="image/output/a.png",
    )
    assert lifecycle.complete(taken, outcome(file))
    job.refresh_from_db()
    item = only_item(job)
    assert (job.status, job.ended) == (JobStatus.COMPLETED, 1)
    assert job.finished_at
    assert (item.status, item.token, item.progress) == (ItemStatus.COMPLETED, "", 1.0)
    assert item.artifacts.get().name == "a.png"


def test_a_result_is_committed_once_only():
    job = job_row(make_user())
    taken = claim()
    assert lifecycle.complete(taken, outcome())
    assert not lifecycle.complete(taken, outcome())
    assert not lifecycle.fail(taken, Reason.TOOL_ERROR, "late")
    job.refresh_from_db()
    assert job.ended == 1


def test_a_worker_that_lost_its_item_commits_nothing():
    job_row(make_user())
    stale = claim()
    JobItem.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert lifecycle.recover_lost() == 1
    JobItem.objects.update(run_after=None)
    fresh = claim()
    file = Artifact(
        item_id=stale.item_id,
        name="a.png",
        kind="picture",
        content_type="image/png",
        size_bytes=1,
        sha256="0" * 64,
        file="image/output/a.png",
    )
    assert not lifecycle.beat(stale)
    assert not lifecycle.complete(stale, outcome(file))
    assert not Artifact.objects.exists()
    assert lifecycle.complete(fresh, outcome())


def test_a_lost_item_is_tried_again_after_a_pause_and_then_given_up(settings):
    settings.MAX_ATTEMPTS = 2
    job = job_row(make_user())
    claim()
    lifecycle.recover_lost(["test:1:1"])
    assert only_item(job).status == ItemStatus.PENDING
    assert claim() is None, "it waits before the next attempt"
    JobItem.objects.update(run_after=timezone.now() - timedelta(seconds=1))
    assert lifecycle.release_due() == 1
    assert claim().attempt == 2
    lifecycle.recover_lost(["test:1:1"])
    item = only_item(job)
    job.refresh_from_db()
    assert (item.status, item.error_type) == (ItemStatus.FAILED, Reason.WORKER_LOST)
    assert "2 attempts" in item.error_message
    assert job.status == JobStatus.FAILED


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ("Its last output: bye", "Its last output: bye. Given up after 1 attempt."),
        ("It crashed.", "It crashed. Given up after 1 attempt."),
        ('It said "No page."', 'It said "No page." Given up after 1 attempt.'),
        ("Why?\n", "Why? Given up after 1 attempt."),
        ("", "Given up after 1 attempt."),
    ],
)
def test_a_message_that_lacks_its_full_stop_is_given_one(settings, message, read):
    settings.MAX_ATTEMPTS = 1
    job = job_row(make_user())
    assert lifecycle.try_again(claim(), Reason.PLUGIN_CRASHED, message)
    assert only_item(job).error_message == read


def test_a_living_worker_keeps_its_item():
    job_row(make_user())
    claim()
    assert lifecycle.recover_lost(["other:1:1"]) == 0


def test_handing_back_refunds_the_attempt():
    job = job_row(make_user())
    assert lifecycle.hand_back(claim())
    item = only_item(job)
    assert (item.status, item.attempt, item.token) == (ItemStatus.PENDING, 0, "")
    assert claim().attempt == 1


def test_cancel_is_terminal_at_once_for_pending_and_running():
    job = job_row(make_user(), items=3)
    taken = claim()
    assert lifecycle.cancel(job)
    job.refresh_from_db()
    assert (job.status, job.ended) == (JobStatus.CANCELED, 3)
    assert set(job.items.values_list("status", flat=True)) == {ItemStatus.CANCELED}
    assert not lifecycle.beat(taken)
    assert not lifecycle.complete(taken, outcome())
    assert not lifecycle.cancel(job)


def test_a_canceled_job_never_reads_completed_though_items_were():
    job = job_row(make_user(), items=2)
    lifecycle.complete(claim(), outcome())
    assert lifecycle.cancel(job)
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELED
    assert sorted(job.items.values_list("status", flat=True)) == ["canceled", "completed"]


def test_an_ended_job_can_not_be_canceled():
    job = job_row(make_user())
    lifecycle.complete(claim(), outcome())
    assert not lifecycle.cancel(job)
    job.refresh_from_db()
    assert job.status == JobStatus.COMPLETED


@pytest.mark.parametrize(
    ("failures", "expected"), [(0, "completed"), (1, "completed"), (2, "failed")]
)
def test_a_job_fails_only_when_every_item_failed(failures, expected):
    job = job_row(make_user(), items=2)
    for number in range(2):
        taken = claim()
        if number < failures:
            lifecycle.fail(taken, Reason.TOOL_ERROR, "The tool says no.")
        else:
            lifecycle.complete(taken, outcome())
    job.refresh_from_db()
    assert job.status == expected


def test_pending_items_expire_with_the_deadline_and_running_ones_go_on():
    job = job_row(make_user(), items=2, deadline_at=timezone.now() + timedelta(hours=1))
    taken = claim()
    assert lifecycle.expire_overdue() == 0
    Job.objects.update(deadline_at=timezone.now() - timedelta(seconds=1))
    assert lifecycle.expire_overdue() == 1
    assert job.items.get(status=ItemStatus.FAILED).error_type == Reason.EXPIRED
    assert lifecycle.complete(taken, outcome())
    job.refresh_from_db()
    assert job.status == JobStatus.COMPLETED


def test_progress_is_written_and_kept_between_0_and_1():
    job = job_row(make_user())
    taken = claim()
    assert lifecycle.beat(taken, 7.0, "frame 3 of 10")
    item = only_item(job)
    assert (item.progress, item.progress_note) == (1.0, "frame 3 of 10")


def test_claiming_and_ending_take_a_constant_number_of_queries(django_assert_max_num_queries):
    job_row(make_user(), items=200)
    with django_assert_max_num_queries(5):
        taken = claim()
    with django_assert_max_num_queries(6):
        lifecycle.complete(taken, outcome())
