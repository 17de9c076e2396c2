"""Deleting: rows first, then the files that no row points to any more, and nothing else."""

from django.db import transaction
from django.db.models import Count, F, QuerySet

from jobs import storage
from jobs.engine import lifecycle
from jobs.models import Artifact, Blob, Job, JobItem, Media, MediaKind


def delete_job(job: Job) -> None:
    """Delete a job with its items, results and their files; what still runs is canceled first."""
    lifecycle.cancel(job)
    with transaction.atomic():
        items = JobItem.objects.filter(job=job)
        files = _files_of(items)
        selections = list(Media.objects.filter(items__in=items, blob__kind=MediaKind.SELECTION))
        job.delete()
        for selection in selections:  # nobody knows of them but the job
            files += _delete_upload(selection)
        transaction.on_commit(lambda: storage.delete(files))


def delete_media(media: Media) -> None:
    """Delete an upload with every result made from it, and its bytes if no other upload has them.

    Jobs over it that still run are canceled first; jobs that have nothing else go along.
    """
    with transaction.atomic():
        # The lock keeps a submission from adding an item after the look at the jobs.
        if not Media.objects.select_for_update().filter(pk=media.pk).exists():
            return
        over_it = Job.objects.filter(items__media=media).exclude(status__in=Job.FINAL)
        for job in over_it.distinct().order_by("pk"):
            lifecycle.cancel(job)
        items = JobItem.objects.filter(media=media)
        files = _files_of(items)
        _take_out_of_jobs(items)
        files += _delete_upload(media)
        transaction.on_commit(lambda: storage.delete(files))


def discard(media: Media) -> bool:
    """Take an upload back: its row, and the bytes when no other upload uses them.

    False, and nothing done, when a job uses it: a submission may have been committed although
    its answer got lost. True also where it is gone already.
    """
    with transaction.atomic():
        # The lock keeps a submission from adding an item between the look and the delete.
        found = Media.objects.select_for_update().filter(pk=media.pk).first()
        if found is None:
            return True
        if found.items.exists():
            return False
        files = _delete_upload(found)
        transaction.on_commit(lambda: storage.delete(files))
    return True


def _delete_upload(media: Media) -> list[str]:
    """Delete the row, and the bytes' row if nothing else has them; names of the files to go."""
    blob = Blob.objects.select_for_update().get(pk=media.blob_id)
    media.delete()
    if blob.media.exists():
        return []
    files = [blob.file.name, blob.thumbnail.name]
    blob.delete()
    return files


def _files_of(items: QuerySet[JobItem]) -> list[str]:
    """Names of the result and artifact files of these items; each belongs to one item alone."""
    results = items.exclude(result="").values_list("result", flat=True)
    artifacts = Artifact.objects.filter(item__in=items).values_list("file", flat=True)
    return [*results, *artifacts]


def _take_out_of_jobs(items: QuerySet[JobItem]) -> None:
    """Lower the counters of jobs that lose these ended items; a job without any left goes."""
    lost = dict(items.order_by("job_id").values_list("job_id").annotate(Count("pk")))
    for job_id, count in lost.items():
        Job.objects.filter(pk=job_id).update(total=F("total") - count, ended=F("ended") - count)
    Job.objects.filter(pk__in=list(lost), total=0).delete()
