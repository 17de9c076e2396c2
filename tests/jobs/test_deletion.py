"""Deletion is complete and careful: nothing in use is deleted, and nothing is left stuck."""

import threading
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from jobs import storage
from jobs.engine import lifecycle
from jobs.engine.deletion import delete_media, discard
from jobs.models import Blob, ItemStatus, Job, JobItem, JobStatus, Media
from jobs.refusal import Refusal
from jobs.submission import plan, submit
from jobs.web import uploads
from tests.factories import make_job, make_media, make_user, run_jobs, uploaded

pytestmark = pytest.mark.django_db(transaction=True)


def stored(name):
    return (Path(storage.default_storage.location) / name).exists()


class InAnotherThread(threading.Thread):
    """Runs a function on its own database connection and keeps the exception it raised."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work = work
        self.error = None

    def run(self):
        try:
            self.work()
        except Exception as error:  # noqa: BLE001  # the test looks at it
            self.error = error
        finally:
            connection.close()


def assert_no_job_is_stuck():
    for job in Job.objects.all():
        items = job.items.all()
        ended = sum(item.is_final for item in items)
        assert (job.total, job.ended) == (len(items), ended)
        assert job.is_final == (ended == len(items))


def test_an_upload_that_a_job_uses_is_not_taken_back(echo_plugin):
    job = make_job(make_user())
    media = Media.objects.get()
    assert not discard(media)
    assert job.items.get().media == media
    assert stored(media.blob.file.name)


def test_an_upload_that_nobody_uses_is_taken_back_with_its_files():
    media = make_media(make_user())
    assert discard(media)
    assert not Blob.objects.exists()
    assert not stored(media.blob.file.name)


def test_a_lost_answer_to_a_submission_leaves_no_job_without_items(echo_plugin, monkeypatch):
    def submitted_but_never_told(*args):
        submit(*args)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(uploads, "submit", submitted_but_never_told)
    owner = make_user()
    with pytest.raises(OperationalError), uploaded() as upload:
        uploads.run_on_files(owner, plan("echo", "image"), [upload], ["image"])
    monkeypatch.undo()
    assert_no_job_is_stuck()
    run_jobs()
    assert Job.objects.get().status == JobStatus.COMPLETED


def test_a_job_submitted_while_its_picture_is_deleted_does_not_get_stuck(echo_plugin, monkeypatch):
    owner = make_user()
    doomed, other = make_media(owner), make_media(owner)
    make_job(owner, [doomed])
    both = [Media.objects.get(pk=other.pk), Media.objects.get(pk=doomed.pk)]
    cancel = lifecycle.cancel
    submitting = []

    def canceled_while_somebody_submits(job):
        done = cancel(job)
        if not submitting:
            work = InAnotherThread(lambda: submit(owner, plan("echo", "image"), both))
            submitting.append(work)
            work.start()
            work.join(1)  # this must wait if the deletion already holds its locks
        return done

    monkeypatch.setattr(lifecycle, "cancel", canceled_while_somebody_submits)
    delete_media(Media.objects.get(pk=doomed.pk))
    submitting[0].join(30)
    assert submitting[0].error is None or isinstance(submitting[0].error, Refusal)
    assert_no_job_is_stuck()
    run_jobs()
    assert_no_job_is_stuck()
    assert not Media.objects.filter(pk=doomed.pk).exists()
    assert not JobItem.objects.filter(status=ItemStatus.PENDING).exists()


def test_a_batch_that_loses_a_picture_keeps_its_counts(echo_plugin):
    owner = make_user()
    first, second = make_media(owner), make_media(owner)
    job = make_job(owner, [first, second])
    run_jobs()
    delete_media(first)
    job.refresh_from_db()
    assert (job.total, job.ended, job.status) == (1, 1, JobStatus.COMPLETED)
    delete_media(second)
    assert not Job.objects.exists()
    assert not Blob.objects.exists()


def test_a_picture_used_by_many_jobs_is_deleted_with_few_queries(
    echo_plugin, django_assert_max_num_queries
):
    owner = make_user()
    media = make_media(owner)
    with transaction.atomic():
        for _ in range(20):
            make_job(owner, [media])
    run_jobs()
    with django_assert_max_num_queries(60):
        delete_media(media)
    assert not Job.objects.exists()


def test_deleting_a_picture_twice_is_no_error(echo_plugin):
    media = make_media(make_user())
    twin = Media.objects.get(pk=media.pk)
    delete_media(media)
    delete_media(twin)
    assert not Media.objects.exists()
