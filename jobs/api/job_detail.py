"""One job: its state and result, its items, its end."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.engine import lifecycle
from jobs.engine.deletion import delete_job
from jobs.models import ItemStatus, JobItem, JobStatus
from jobs.results import download
from jobs.shapes.item import ItemSummary
from jobs.shapes.job import JobShape, full_state
from jobs.web import etag
from jobs.web.cursor import ItemCursor
from jobs.web.errors import Refusal
from jobs.web.openapi_parts import IF_NONE_MATCH, PREFER, RANGE, problems
from jobs.web.own import own_job
from jobs.web.send import FILE, FileView, StoredFile, send, send_document
from jobs.web.waiting import RETRY_AFTER_S, mark, wait_if_preferred


class JobDetail(APIView):
    """How far it is, and what came of it."""

    name = "Job"

    @extend_schema(
        operation_id="get_job",
        summary="A job and its results",
        parameters=[PREFER, IF_NONE_MATCH],
        responses={200: JobShape, 202: JobShape, 304: None, **problems(404)},
    )
    def get(self, request: Request, job_id: UUID) -> Response:
        """The job. With `Prefer: wait=N`, 202 says that it has not ended yet."""
        job = own_job(request, job_id)
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
    def delete(self, request: Request, job_id: UUID) -> Response:
        """It goes with its items, results and files; the media stay. What runs is canceled."""
        delete_job(own_job(request, job_id))
        return Response(status=204)


class CancelJob(APIView):
    """Ends a job, pending or running."""

    name = "Cancel"
    parser_classes: list[Any] = []

    @extend_schema(
        operation_id="cancel_job",
        summary="Cancel a job",
        request=None,
        responses={200: JobShape, **problems(404, 409)},
    )
    def post(self, request: Request, job_id: UUID) -> Response:
        """End the job at once; what its items had finished stays."""
        job = own_job(request, job_id)
        lifecycle.cancel(job)
        job.refresh_from_db()
        if job.status in (JobStatus.COMPLETED, JobStatus.FAILED):
            raise Refusal(409, f"The job has already {job.status}, so it can't be canceled.")
        return Response(JobShape(full_state(job), context={"request": request}).data)


class JobItems(ListAPIView):
    """One per medium and tool, in their order."""

    name = "Items"
    queryset = JobItem.objects.none()
    pagination_class = ItemCursor
    serializer_class = ItemSummary
    filter_backends = []

    def get_queryset(self) -> QuerySet[JobItem]:
        items = JobItem.objects.select_related("media").prefetch_related("artifacts")
        return items.filter(job=own_job(self.request, self.kwargs["job_id"])).defer("log", "run")

    @extend_schema(
        operation_id="list_items",
        summary="What became of each item",
        responses={200: ItemSummary(many=True), **problems(400, 404)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What became of each item; results are behind their links."""
        return super().get(request, *args, **kwargs)


class JobResultFile(FileView):
    """The result document of a job, as a file."""

    @extend_schema(
        operation_id="download_result",
        summary="A job's result as a file",
        parameters=[RANGE],
        responses={(200, "application/json"): FILE, **problems(404, 409, 410, 416)},
    )
    def get(self, request: Request, job_id: UUID) -> HttpResponseBase:
        """One item: the tool's result. Several: a list of the items, each with its result."""
        job = own_job(request, job_id)
        if not job.is_final:
            text = "The job has not ended yet, so there is no result."
            raise Refusal(409, text, Retry_After=str(RETRY_AFTER_S))
        if job.total > 1:
            return send_document(download.batch(job), f"{job.plugin_id}-{job.pk}.json")
        item = job.items.select_related("media").get()
        return send(request, result_file(item))


def result_file(item: JobItem) -> StoredFile:
    """The result of an item as a download. Raises Refusal when it has none."""
    if item.status == ItemStatus.FAILED:
        raise Refusal(409, f"It failed, so there is no result: {item.error_message}")
    if not item.result:
        raise Refusal(409, f"It is {item.status}, so there is no result.")
    stem = item.media.filename.rpartition(".")[0] or item.media.filename
    return StoredFile(
        name=item.result.name,
        etag=item.result_sha256,
        content_type="application/json",
        filename=f"{stem}-{item.tool}.json",
    )
