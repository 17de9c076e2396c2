"""What must hold after any fault: nothing lost, duplicated, stuck or left behind."""

from datetime import timedelta

from django.core.files.storage import default_storage

from jobs.engine.sweep import sweep
from jobs.models import Artifact, Blob, ItemStatus, Job, JobItem
from jobs.results.document import load
from tests.node import wait_until


def wait_for_the_end(*jobs, seconds=180):
    """Wait until these jobs (or all) have ended; returns them fresh from the database."""
    chosen = Job.objects.filter(pk__in=[job.pk for job in jobs]) if jobs else Job.objects.all()
    wait_until(
        lambda: not chosen.exclude(status__in=Job.FINAL).exists(), seconds, "the end of all jobs"
    )
    return list(chosen.order_by("id"))


def check_everything():
    """Check invariants 1 to 5 on all rows and files. Call it when nothing is running."""
    for job in Job.objects.all():
        items = list(job.items.all())
        assert job.is_final, f"{job.pk} is stuck in {job.status}"
        assert len(items) == job.total
        assert job.ended == job.total, f"{job.pk}: {job.ended} of {job.total} counted"
        assert all(item.is_final for item in items)
        assert job.finished_at
    for item in JobItem.objects.all():
        assert not item.token
        assert item.lease_until is None
        assert bool(item.result) == (item.status == ItemStatus.COMPLETED)
        if item.result:
            load(item)
        if item.status == ItemStatus.FAILED:
            assert item.error_type
            assert item.error_message
    for artifact in Artifact.objects.all():
        assert default_storage.exists(artifact.file.name)
        assert artifact.item.status == ItemStatus.COMPLETED
    for blob in Blob.objects.all():
        assert default_storage.exists(blob.file.name)
    sweep(timedelta(0))
    assert stored_files() == known_files()


def known_files():
    """All file names that a row points to."""
    names = set(JobItem.objects.exclude(result="").values_list("result", flat=True))
    names |= set(Artifact.objects.values_list("file", flat=True))
    for blob in Blob.objects.all():
        names |= {blob.file.name, blob.thumbnail.name}
    return names - {""}


def stored_files(folder=""):
    """All file names in the storage."""
    folders, files = default_storage.listdir(folder)
    found = {f"{folder}/{name}".lstrip("/") for name in files}
    for name in folders:
        found |= stored_files(f"{folder}/{name}".lstrip("/"))
    return found
