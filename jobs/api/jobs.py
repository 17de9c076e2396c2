"""The jobs: submitting them, following them, their end, running them again."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from jobs import intake, submission
from jobs.api.job_files import JobFiles
from jobs.api.preview import PreviewShape
from jobs.api.run_request import (
    JobRequest,
    JobUpload,
    RetryRequest,
    UploadForm,
    plan_for,
    read_form,
)
from jobs.engine import lifecycle
from jobs.engine.deletion import delete_job
from jobs.models import UPLOAD_KINDS, Job, JobStatus, MediaKind
from jobs.refusal import Refusal
from jobs.results.state import states_of
from jobs.shapes.job import JobShape, JobSummary, full_state
from jobs.web import etag
from jobs.web.accepted import accepted
from jobs.web.body import read_json
from jobs.web.job_filters import JobFilters
from jobs.web.openapi_parts import IF_NONE_MATCH, PREFER, UPLOAD_ERRORS, problems
from jobs.web.own import media_of, own_job
from jobs.web.paging import Cursor
from jobs.web.parsers import JSONParser
from jobs.web.uploads import files_of, run_on_files
from jobs.web.waiting import mark, wait_if_preferred


class JobViewSet(JobFiles, GenericViewSet[Job]):
    """Your jobs, newest first; and new ones. Exports have a list of their own."""

    queryset = Job.objects.none()
    serializer_class = Serializer[Any]  # what takes a body says its own
    filter_backends = []
    filterset_class = JobFilters
    lookup_url_kwarg = "job_id"
    collection = {
        "name": "Jobs",
        "serializer_class": UploadForm,
        "parser_classes": [JSONParser, MultiPartParser],
        "pagination_class": Cursor,
        "filter_backends": [DjangoFilterBackend],
    }
    member = {"name": "Job", "description": "How far it is, and what came of it."}

    def get_queryset(self) -> QuerySet[Job]:
        if not self.request.user.is_authenticated:
            return Job.objects.none()
        return Job.objects.visible_to(self.request.user).exclude(job_type=MediaKind.SELECTION)

    @extend_schema(
        operation_id="list_jobs",
        summary="Your jobs",
        responses={200: JobSummary(many=True), **problems(400)},
    )
    def list(self, request: Request) -> Response:
        """Your jobs, newest first."""
        jobs = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        states = states_of(jobs)
        rows = [states[job.pk] for job in jobs]
        shown = JobSummary(rows, many=True, context={"request": request})
        return self.get_paginated_response(shown.data)

    @extend_schema(
        operation_id="create_job",
        summary="Submit a job",
        parameters=[PREFER],
        request={"application/json": JobRequest, "multipart/form-data": JobUpload},
        responses={200: JobShape, 202: JobShape, **problems(*UPLOAD_ERRORS)},
    )
    def create(self, request: Request) -> Response:
        """Submit a job: on files that come along, or on media of your library.

        The answer is 202 with the job's address, or 200 when it has ended (`Prefer: wait=N`).
        """
        is_form = (request.content_type or "").startswith("multipart/")
        job = _on_files(request) if is_form else _on_media(request)
        return accepted(request, job)

    @extend_schema(
        operation_id="preview_job",
        summary="What a job would run, and why",
        request=JobRequest,
        responses={200: PreviewShape, **problems(400, 404, 409, 413, 415, 422)},
    )
    @action(detail=False, methods=["post"], name="Preview of a job", serializer_class=JobRequest)
    def preview(self, request: Request) -> Response:
        """The same body as for `POST /v1/jobs`; nothing is written."""
        wanted = read_json(request, JobRequest)
        media = media_of(request.user, wanted)
        plan = plan_for(request, wanted, {medium.kind for medium in media})
        shown = PreviewShape(submission.dry_run(plan, media), context={"request": request})
        return Response(shown.data)

    @extend_schema(
        operation_id="get_job",
        summary="A job and its results",
        parameters=[PREFER, IF_NONE_MATCH],
        responses={200: JobShape, 202: JobShape, 304: None, **problems(404)},
    )
    def retrieve(self, request: Request, job_id: UUID) -> Response:
        """The job. With `Prefer: wait=N`, 202 says that it has not ended yet."""
        job = own_job(request.user, job_id)
        granted = wait_if_preferred(request, job)
        data = JobShape(full_state(job), context={"request": request}).data
        late = granted is not None and not job.is_final
        response = etag.answer(request, data, status=202 if late else 200)
        mark(response, job, granted)
        return response

    @extend_schema(
        operation_id="delete_job",
        summary="Delete a job and its results",
        responses={204: None, **problems(404)},
    )
    def destroy(self, request: Request, job_id: UUID) -> Response:
        """It goes with its items, results and files; the media stay. What runs is canceled."""
        delete_job(own_job(request.user, job_id))
        return Response(status=204)

    @extend_schema(
        operation_id="cancel_job",
        summary="Cancel a job",
        request=None,
        responses={200: JobShape, **problems(404, 409)},
    )
    @action(detail=True, methods=["post"], parser_classes=[])
    def cancel(self, request: Request, job_id: UUID) -> Response:
        """End the job at once; what its items had finished stays."""
        job = own_job(request.user, job_id)
        lifecycle.cancel(job)
        job.refresh_from_db()
        if job.status in (JobStatus.COMPLETED, JobStatus.FAILED):
            raise Refusal(409, f"The job has already {job.status}, so it can't be canceled.")
        return Response(JobShape(full_state(job), context={"request": request}).data)

    @extend_schema(
        operation_id="retry_job",
        summary="Run a job again",
        parameters=[PREFER],
        request=RetryRequest,
        responses={200: JobShape, 202: JobShape, **problems(400, 404, 409, 413, 415, 422)},
    )
    @action(detail=True, methods=["post"], serializer_class=RetryRequest)
    def retry(self, request: Request, job_id: UUID) -> Response:
        """A new job over the same media with the same tools and parameters; it names the old one
        in `retry_of`."""
        job = own_job(request.user, job_id)
        only_failed = read_json(request, RetryRequest).get("only") == "failed"
        return accepted(request, submission.retry(job, only_failed=only_failed))


def _on_files(request: Request) -> Job:
    wanted = read_form(request)
    files = files_of(request)
    kinds = intake.kinds_of(files) or {MediaKind.IMAGE}
    return run_on_files(request.user, plan_for(request, wanted, kinds), files, UPLOAD_KINDS)


def _on_media(request: Request) -> Job:
    wanted = read_json(request, JobRequest)
    media = media_of(request.user, wanted)
    plan = plan_for(request, wanted, {medium.kind for medium in media})
    return submission.submit(request.user, plan, media)
