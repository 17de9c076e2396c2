"""The API of exports: requesting one, its progress, its file, and the available formats."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet

from jobs import downloads
from jobs.downloads import StoredFile
from jobs.engine.deletion import delete_job
from jobs.exporting import asking as exports
from jobs.exporting.api_request import ExportForm, ExportRequest, chosen_results
from jobs.exporting.shapes import ExportShape, ExportSummary, FormatShape, file_of, item_of
from jobs.models import Job, JobStatus
from jobs.refusal import Refusal
from jobs.web import etag
from jobs.web.body import read_json
from jobs.web.openapi_parts import IF_NONE_MATCH, PREFER, RANGE, problems
from jobs.web.paging import Cursor
from jobs.web.parsers import JSONParser
from jobs.web.send import FILE, SENDS_FILE, send
from jobs.web.waiting import RETRY_AFTER_S, mark, wait_if_preferred

ALONG = ("items__media__blob", "items__artifacts")


class FormatViewSet(ViewSet):
    """The formats that results can be exported to."""

    collection = {"name": "Export formats"}

    @extend_schema(
        operation_id="list_export_formats",
        summary="Formats of exports",
        responses={200: FormatShape(many=True), **problems()},
    )
    def list(self, request: Request) -> Response:
        """Lists each format with the output kinds it accepts and its options."""
        return Response(FormatShape(exports.formats(), many=True).data)


class ExportViewSet(GenericViewSet[Job]):
    """Lists, creates, shows and deletes your exports."""

    queryset = Job.objects.none()
    serializer_class = ExportForm
    filter_backends = []
    lookup_url_kwarg = "export_id"
    collection = {
        "name": "Exports",
        "parser_classes": [JSONParser, MultiPartParser],
        "pagination_class": Cursor,
    }
    member = {"name": "Export", "description": "How far it is, and what is in it."}

    def get_queryset(self) -> QuerySet[Job]:
        if not self.request.user.is_authenticated:
            return Job.objects.none()
        return exports.exports_of(self.request.user).prefetch_related(*ALONG)

    @extend_schema(
        operation_id="list_exports",
        summary="Your exports",
        responses={200: ExportSummary(many=True), **problems(400)},
    )
    def list(self, request: Request) -> Response:
        """Your exports, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        shown = ExportSummary(page, many=True, context={"request": request})
        return self.get_paginated_response(shown.data)

    @extend_schema(
        operation_id="create_export",
        summary="Export results",
        parameters=[PREFER],
        request={"application/json": ExportRequest},
        responses={200: ExportShape, 202: ExportShape, **problems(400, 404, 409, 413, 415, 422)},
    )
    def create(self, request: Request) -> Response:
        """Export results chosen by id or by job, or the newest results of media or of a tag.

        The answer is 202 with the export's URL, or 200 if it is finished. Repeating the request
        returns the same export.
        """
        wanted = read_json(request, ExportRequest)
        results = chosen_results(request, wanted)
        options = wanted.get("options", {})
        job = exports.request(request.user, results, wanted["format"], options)
        return answer(request, job)

    @extend_schema(
        operation_id="get_export",
        summary="How far an export is",
        parameters=[PREFER, IF_NONE_MATCH],
        responses={200: ExportShape, 202: ExportShape, 304: None, **problems(404)},
    )
    def retrieve(self, request: Request, export_id: UUID) -> Response:
        """The export's state, its file once it is made, and which results were left out."""
        job = own_export(request, export_id)
        granted = wait_if_preferred(request, job)
        late = granted is not None and not job.is_final
        response = etag.answer(request, shown(request, job), status=202 if late else 200)
        mark(response, job, granted)
        return response

    @extend_schema(
        operation_id="delete_export",
        summary="Delete an export",
        responses={204: None, **problems(404)},
    )
    def destroy(self, request: Request, export_id: UUID) -> Response:
        """Deletes the export and its file but keeps the results. A running export is canceled."""
        delete_job(own_export(request, export_id))
        return Response(status=204)

    @extend_schema(
        operation_id="download_export",
        summary="The file of an export",
        parameters=[RANGE],
        responses={(200, "*/*"): FILE, **problems(404, 409, 410, 416)},
    )
    @action(detail=True, **SENDS_FILE)
    def file(self, request: Request, export_id: UUID) -> HttpResponseBase:
        """A zip archive with a manifest, or a single file if one result makes only one."""
        return send(request, stored(own_export(request, export_id)))


def own_export(request: Request, export_id: UUID) -> Job:
    """The user's export with this id. Raises Http404."""
    return get_object_or_404(exports.exports_of(request.user), pk=export_id)


def shown(request: Request, job: Job) -> Any:
    """The export as it is now."""
    found = exports.exports_of(request.user).prefetch_related(*ALONG)
    return ExportShape(get_object_or_404(found, pk=job.pk), context={"request": request}).data


def answer(request: Request, job: Job) -> Response:
    """202 with the export and its URL, or 200 if it has ended."""
    granted = wait_if_preferred(request, job)
    response = Response(shown(request, job), status=200 if job.is_final else 202)
    response["Location"] = request.build_absolute_uri(reverse("api-export", args=[job.pk]))
    mark(response, job, granted)
    return response


def stored(job: Job) -> StoredFile:
    """The file of an export as a download. Raises Refusal (409) if it has none."""
    if not job.is_final:
        text = "The export is not made yet."
        raise Refusal(409, text, Retry_After=str(RETRY_AFTER_S))
    artifact = file_of(job)
    if job.status != JobStatus.COMPLETED or artifact is None:
        what = "was canceled" if job.status == JobStatus.CANCELED else "failed"
        text = f"The export {what}, so there is no file. {item_of(job).error_message}"
        raise Refusal(409, f"{text.strip()} POST /v1/exports tries it again.")
    return downloads.artifact(artifact, exports.file_name(artifact))
