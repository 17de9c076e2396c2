"""The files of a job: its result, and the video that it ran on."""

from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.viewsets import ViewSetMixin

from jobs import downloads
from jobs.models import MediaKind
from jobs.refusal import Refusal
from jobs.results import download
from jobs.web.openapi_parts import RANGE, problems
from jobs.web.own import own_job
from jobs.web.send import FILE, SENDS_FILE, send, send_document
from jobs.web.waiting import RETRY_AFTER_S


class JobFiles(ViewSetMixin):
    """What a job has to download."""

    @extend_schema(
        operation_id="download_result",
        summary="A job's result as a file",
        parameters=[RANGE],
        responses={(200, "application/json"): FILE, **problems(404, 409, 410, 416)},
    )
    @action(detail=True, **SENDS_FILE)
    def result(self, request: Request, job_id: UUID) -> HttpResponseBase:
        """One item: the tool's result. Several: a list of the items, each with its result."""
        job = own_job(request.user, job_id)
        if not job.is_final:
            text = "The job has not ended yet, so there is no result."
            raise Refusal(409, text, Retry_After=str(RETRY_AFTER_S))
        if job.total > 1:
            return send_document(download.batch(job), f"{job.plugin_id}-{job.pk}.json")
        item = job.items.select_related("media").get()
        return send(request, downloads.result(item))

    @extend_schema(
        operation_id="download_job_video",
        summary="The video that a job ran on",
        parameters=[RANGE],
        responses={(200, "video/*"): FILE, **problems(404, 410, 416)},
    )
    @action(detail=True, **SENDS_FILE)
    def video(self, request: Request, job_id: UUID) -> HttpResponseBase:
        """The first video of the job, as it was uploaded."""
        job = own_job(request.user, job_id)
        videos = job.items.filter(media__blob__kind=MediaKind.VIDEO).order_by("position")
        item = videos.select_related("media__blob").first()
        if item is None:
            raise Refusal(404, "This job has no video.")
        return send(request, downloads.upload(item.media))
