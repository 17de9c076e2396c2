"""Running a tool on one video, and reading its job in the ways of the early routes."""

from uuid import UUID

from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.api.media import uploaded_file
from jobs.api.run_request import JobUpload, UploadForm, read_form
from jobs.api.submit import PARAMETERS, Accepted, accept
from jobs.models import Job, JobStatus, MediaKind
from jobs.results import document
from jobs.web.deprecation import Deprecated
from jobs.web.errors import Refusal
from jobs.web.openapi_parts import RANGE, UPLOAD_ERRORS, problems
from jobs.web.own import own_job
from jobs.web.send import FILE, FileView, send

PROGRESS = {JobStatus.PENDING: 0.0, JobStatus.RUNNING: 0.5}
OLD_STATUSES = ("pending", "running", "completed", "failed")


class SubmitVideo(GenericAPIView):
    """Run a plugin's tools on one video.

    Send the video as multipart/form-data in the field "file"; everything else may stand in the
    query string or in the form.
    """

    name = "Submit a video"
    parser_classes = [MultiPartParser]
    serializer_class = UploadForm
    filter_backends = []

    @extend_schema(
        operation_id="submit_video",
        summary="Run tools on a video",
        request={"multipart/form-data": JobUpload},
        parameters=PARAMETERS,
        responses={200: Accepted, **problems(*UPLOAD_ERRORS)},
    )
    def post(self, request: Request) -> Response:
        """Accept the job; its result is at `/v1/jobs/{job_id}`."""
        return accept(request, read_form(request), MediaKind.VIDEO)


class JobVideo(FileView):
    """The video that a job ran on."""

    @extend_schema(
        operation_id="download_job_video",
        summary="The video that a job ran on",
        parameters=[RANGE],
        responses={(200, "video/*"): FILE, **problems(404, 410, 416)},
    )
    def get(self, request: Request, job_id: UUID) -> HttpResponseBase:
        """The first video of the job, as it was uploaded."""
        job = own_job(request, job_id)
        videos = job.items.filter(media__blob__kind=MediaKind.VIDEO).order_by("position")
        item = videos.select_related("media__blob").first()
        if item is None:
            raise Refusal(404, "This job has no video.")
        return send(request, uploaded_file(item.media))


class VideoStatusShape(serializers.Serializer):
    """How far a job is, in the early shape. Instances are Jobs."""

    job_id = serializers.UUIDField(source="pk")
    status = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(serializers.ChoiceField(choices=OLD_STATUSES))
    def get_status(self, job: Job) -> str:
        """As clients of that time know it: a canceled job shows as failed."""
        canceled = job.status == JobStatus.CANCELED
        return str(JobStatus.FAILED if canceled else job.status)

    def get_progress(self, job: Job) -> float:
        """0 while pending, 0.5 while running, then 1."""
        return PROGRESS.get(JobStatus(job.status), 1.0)


class VideoResultsShape(serializers.Serializer):
    """The results of a completed job, in the early shape."""

    job_id = serializers.UUIDField()
    results = serializers.JSONField(help_text="The tool's result.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class VideoStatus(Deprecated, APIView):
    """How far a job is. Use GET /v1/jobs/{job_id}."""

    name = "Video status"
    successor = "/v1/jobs/{job_id}"

    @extend_schema(
        operation_id="get_video_status",
        summary="How far a job is, in the early shape",
        deprecated=True,
        responses={200: VideoStatusShape, **problems(404)},
    )
    def get(self, request: Request, job_id: UUID) -> Response:
        """Pending, running, completed or failed."""
        return Response(VideoStatusShape(own_job(request, job_id)).data)


class VideoResults(Deprecated, APIView):
    """The results of a job. Use GET /v1/jobs/{job_id}."""

    name = "Video results"
    successor = "/v1/jobs/{job_id}"

    @extend_schema(
        operation_id="get_video_results",
        summary="A job's results, in the early shape",
        deprecated=True,
        responses={200: VideoResultsShape, **problems(404)},
    )
    def get(self, request: Request, job_id: UUID) -> Response:
        """The results; 404 until the job has completed."""
        job = own_job(request, job_id)
        if job.status != JobStatus.COMPLETED:
            raise Refusal(404, "The job has not completed, so there are no results.")
        try:
            found = document.of_job(job)
        except FileNotFoundError:
            raise Refusal(404, "The results are gone: their file was removed.") from None
        if found.too_large:
            where = request.build_absolute_uri(reverse("api-job-result", args=[job.pk]))
            raise Refusal(404, f"The results are too large for this route. Get them from {where}.")
        times = {"created_at": job.created_at, "updated_at": job.updated_at}
        shown = VideoResultsShape({"job_id": job.pk, "results": found.results, **times})
        return Response(shown.data)
