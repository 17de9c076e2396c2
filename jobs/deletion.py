"""Deleting: rows first, then the files that no row points to any more, and nothing else."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from jobs import lifecycle, storage
from jobs.models import Artifact, Blob, Job, JobItem, Media


def delete_job(job: Job) -> None:
    """Delete a job with its items, results and their files; what still runs is canceled first."""
    lifecycle.cancel(job)
    with transaction.atomic():
        files = _files_of(JobItem.objects.filter(job=job))
        job.delete()
        transaction.on_commit(lambda: storage.delete(files))


def delete_media(media: Media) -> None:
    """Delete an upload with every result made from it, and its bytes if no other upload has them.

    Jobs over it that still run are canceled first; jobs that have nothing else go along.
    """
    for job in Job.objects.filter(items__media=media).distinct():
        lifecycle.cancel(job)
    with transaction.atomic():
        blob = Blob.objects.select_for_update().get(pk=media.blob_id)
        items = JobItem.objects.filter(media=media)
        files = _files_of(items)
        _take_out_of_jobs(items.values_list("job_id", flat=True))
        media.delete()
        if not blob.media.exists():
            files += [blob.file.name, blob.thumbnail.name]
            blob.delete()
        transaction.on_commit(lambda: storage.delete(files))


def _files_of(items: QuerySet[JobItem]) -> list[str]:
    """Names of the result and artifact files of these items; each belongs to one item alone."""
    results = items.exclude(result="").values_list("result", flat=True)
    artifacts = Artifact.objects.filter(item__in=items).values_list("file", flat=True)
    return [*results, *artifacts]


def _take_out_of_jobs(job_ids: Iterable[UUID]) -> None:
    """Lower the counters of jobs that lose ended items; a job without any left goes."""
    for job_id in list(job_ids):
        Job.objects.filter(pk=job_id).update(total=F("total") - 1, ended=F("ended") - 1)
        Job.objects.filter(pk=job_id, total=0).delete()
