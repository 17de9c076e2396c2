"""Deletion: rows first, then the files that no row points to any more, and nothing else."""

from django.db import transaction
from django.db.models import Count, F, QuerySet

from jobs import storage
from jobs.engine import lifecycle
from jobs.models import Artifact, Blob, Job, JobItem, Media, MediaKind


def delete_job(job: Job) -> None:
    """Delete a job with its items, results and files; items still running are canceled first."""
    lifecycle.cancel(job)
    with transaction.atomic():
        items = JobItem.objects.filter(job=job)
        files = _files_of(items)
        selections = list(Media.objects.filter(items__in=items, blob__kind=MediaKind.SELECTION))
        job.delete()
        for selection in selections:  # they are used by this job only
            files += _delete_upload(selection)
        transaction.on_commit(lambda: storage.delete(files))


def delete_media(media: Media) -> None:
    """Delete an upload with every result made from it, and its bytes if no other upload has them.

    Jobs that are still processing it are canceled first; jobs left without items are deleted too.
    """
    with transaction.atomic():
        # The lock keeps a submission from adding an item after the jobs have been looked up.
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
    """Undo an upload: delete its row, and the bytes if no other upload uses them.

    False, with nothing done, if a job uses it: a submission may have been committed although its
    response was lost. True also if it is already gone.
    """
    with transaction.atomic():
        # The lock keeps a submission from adding an item between the check and the delete.
        found = Media.objects.select_for_update().filter(pk=media.pk).first()
        if found is None:
            return True
        if found.items.exists():
            return False
        files = _delete_upload(found)
        transaction.on_commit(lambda: storage.delete(files))
    return True


def _delete_upload(media: Media) -> list[str]:
    """Delete the upload, and its blob if no other upload has it. Returns the files to delete."""
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
    """Lower the counters of jobs that lose these ended items; delete jobs left without items."""
    lost = dict(items.order_by("job_id").values_list("job_id").annotate(Count("pk")))
    for job_id, count in lost.items():
        Job.objects.filter(pk=job_id).update(total=F("total") - count, ended=F("ended") - count)
    Job.objects.filter(pk__in=list(lost), total=0).delete()
