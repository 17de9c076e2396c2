"""The early routes, for clients that were written for them. Each answer names its successor."""

from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet

from jobs.api.run_request import JobUpload, UploadForm, read_form
from jobs.api.submit import Accepted, accept, query
from jobs.models import Job, JobStatus, MediaKind
from jobs.refusal import Refusal
from jobs.results import document
from jobs.web.deprecation import Deprecated
from jobs.web.openapi_parts import UPLOAD_ERRORS, problems
from jobs.web.own import own_job

PROGRESS = {JobStatus.PENDING: 0.0, JobStatus.RUNNING: 0.5}
OLD_STATUSES = ("pending", "running", "completed", "failed")


class Analyze(Deprecated, GenericViewSet[Job]):
    """The early route for images. Use POST /v1/image/submit."""

    kind = MediaKind.IMAGE
    parser_classes = [MultiPartParser]
    serializer_class = UploadForm
    filter_backends = []
    successor = "/v1/image/submit"

    @extend_schema(
        operation_id="analyze",
        summary="The early route for images",
        deprecated=True,
        request={"multipart/form-data": JobUpload},
        parameters=[
            query("plugin", "The plugin; `ocr` if left out."),
            query("tool", "The tool; `default` if left out."),
        ],
        responses={200: Accepted, **problems(*UPLOAD_ERRORS)},
    )
    def create(self, request: Request) -> Response:
        """The same as `POST /v1/image/submit`."""
        wanted = read_form(request, {"plugin": "plugin_id"}, plugin_id="ocr")
        return accept(request, wanted, self.kind)


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


class OfJob(Deprecated, ViewSet):
    """What an early route says of a job."""

    successor = "/v1/jobs/{job_id}"
    lookup_url_kwarg = "job_id"


class VideoStatus(OfJob):
    """How far a job is. Use GET /v1/jobs/{job_id}."""

    member = {"name": "Video status"}

    @extend_schema(
        operation_id="get_video_status",
        summary="How far a job is, in the early shape",
        deprecated=True,
        responses={200: VideoStatusShape, **problems(404)},
    )
    def retrieve(self, request: Request, job_id: UUID) -> Response:
        """Pending, running, completed or failed."""
        return Response(VideoStatusShape(own_job(request.user, job_id)).data)


class VideoResults(OfJob):
    """The results of a job. Use GET /v1/jobs/{job_id}."""

    member = {"name": "Video results"}

    @extend_schema(
        operation_id="get_video_results",
        summary="A job's results, in the early shape",
        deprecated=True,
        responses={200: VideoResultsShape, **problems(404)},
    )
    def retrieve(self, request: Request, job_id: UUID) -> Response:
        """The results; 404 until the job has completed."""
        job = own_job(request.user, job_id)
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
