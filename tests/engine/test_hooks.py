"""The engine's hooks: each job's end is announced once, in the transaction that wrote it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.utils import timezone

from jobs.engine import hooks, lifecycle
from jobs.engine.lifecycle import Outcome
from jobs.models import Job, JobItem, JobStatus, Reason
from tests.factories import ANYTHING, job_row, make_user

OUTCOME = Outcome("image/output/result.json", 2, "0" * 64, {}, "", [])


@pytest.fixture
def listen():
    added = []

    def add(listener):
        hooks.job_ended.add(listener)
        added.append(listener)

    yield add
    for listener in added:
        hooks.job_ended.remove(listener)


@pytest.fixture
def ended(listen):
    told = []
    listen(lambda job_id: told.append((job_id, Job.objects.get(pk=job_id).status)))
    return told


def claim():
    return lifecycle.claim(ANYTHING, "test:1:1")


def complete_last(job):
    assert lifecycle.complete(claim(), OUTCOME)


def complete_last_and_look_for_more(job):
    completed, following = lifecycle.complete_and_claim(claim(), OUTCOME, ANYTHING)
    assert completed
    assert following is None


def fail_last(job):
    assert lifecycle.fail(claim(), Reason.TOOL_ERROR, "It broke.")


def expire(job):
    Job.objects.filter(pk=job.pk).update(deadline_at=timezone.now() - timedelta(minutes=1))
    assert lifecycle.expire_overdue() == 1


def skip(job):
    lifecycle.skip(job, {0: (None, "Nothing changed.")})


WAYS = {
    complete_last: JobStatus.COMPLETED,
    complete_last_and_look_for_more: JobStatus.COMPLETED,
    fail_last: JobStatus.FAILED,
    lifecycle.cancel: JobStatus.CANCELED,
    expire: JobStatus.FAILED,
    skip: JobStatus.COMPLETED,
}
each_way = pytest.mark.parametrize(
    ("end", "status"), WAYS.items(), ids=[way.__name__ for way in WAYS]
)


@pytest.mark.django_db
@each_way
def test_every_way_to_end_a_job_is_told_once_with_its_final_status(ended, end, status):
    job = job_row(make_user())
    end(job)
    assert ended == [(job.pk, status)]


@pytest.mark.django_db
def test_an_item_that_is_not_the_last_ends_nothing(ended):
    job = job_row(make_user(), items=2)
    lifecycle.complete(claim(), OUTCOME)
    assert ended == []
    lifecycle.complete(claim(), OUTCOME)
    assert ended == [(job.pk, JobStatus.COMPLETED)]


@pytest.mark.django_db
def test_what_comes_too_late_is_told_to_nobody(ended):
    job = job_row(make_user())
    held = claim()
    lifecycle.cancel(job)
    assert not lifecycle.complete(held, OUTCOME)
    assert ended == [(job.pk, JobStatus.CANCELED)]


@pytest.mark.django_db(transaction=True)
@each_way
def test_what_a_listener_writes_is_there_with_the_end_and_its_wishes_wait_for_the_commit(
    listen, end, status
):
    open_when_done = []

    def note(job_id):
        with transaction.atomic():
            Group.objects.bulk_create([Group(name=f"{job_id} bulk")])
        with transaction.atomic(savepoint=False):
            Group.objects.create(name=f"{job_id} one")
        transaction.on_commit(lambda: open_when_done.append(connection.in_atomic_block))

    listen(note)
    job = job_row(make_user())
    end(job)
    assert Group.objects.filter(name__startswith=str(job.pk)).count() == 2
    assert open_when_done == [False]
    assert not connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
@each_way
def test_a_listener_that_raises_takes_the_end_back_with_what_it_wrote(listen, end, status):
    committed = []

    def fail(job_id):
        Group.objects.create(name="half")
        transaction.on_commit(lambda: committed.append(job_id))
        raise LookupError

    listen(fail)
    job = job_row(make_user())
    with pytest.raises(LookupError):
        end(job)
    assert not connection.in_atomic_block
    job.refresh_from_db()
    assert not job.is_final
    assert job.ended == 0
    assert not JobItem.objects.filter(job=job, finished_at__isnull=False).exists()
    assert not Group.objects.exists()
    transaction.on_commit(lambda: committed.append("next"))
    assert committed == ["next"]
