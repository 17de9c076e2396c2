"""Running a tool on one image: the quick way in."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.api.deprecation import Deprecated
from jobs.api.documented import UPLOAD_ERRORS, problems
from jobs.api.errors import Refusal
from jobs.api.run_request import JobUpload, UploadForm, plan_for, read_form
from jobs.api.shapes.job import JOB_TYPES
from jobs.api.uploads import files_of, run_on_files
from jobs.models import Job, JobStatus, MediaKind


class Accepted(serializers.Serializer):
    """A job that was just accepted. Instances are Jobs."""

    job_id = serializers.UUIDField(source="pk")
    status = serializers.ChoiceField(choices=JobStatus.choices)
    job_type = serializers.ChoiceField(choices=JOB_TYPES)
    plugin_id = serializers.CharField()
    tool = serializers.SerializerMethodField()
    tools = serializers.ListField(child=serializers.CharField())
    submitted_at = serializers.DateTimeField(source="created_at")

    def get_tool(self, job: Job) -> str:
        """The first of the tools."""
        return str(job.tools[0])


def _query(name: str, text: str, many: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, str, many=many, description=text)


class SubmitImage(GenericAPIView):
    """Run a plugin's tools on one image.

    Send the image as multipart/form-data in the field "file"; everything else may stand in the
    query string or in the form.
    """

    name = "Submit an image"
    parser_classes = [MultiPartParser]
    serializer_class = UploadForm
    filter_backends = []

    @extend_schema(
        operation_id="submit_image",
        summary="Run tools on an image",
        request={"multipart/form-data": JobUpload},
        parameters=[
            _query("plugin_id", "The plugin, or one of its aliases."),
            _query("tool", "A tool, or `default`; may repeat.", many=True),
            _query("logical_tool_id", "A capability instead of a tool; may repeat.", many=True),
        ],
        responses={200: Accepted, **problems(*UPLOAD_ERRORS)},
    )
    def post(self, request: Request) -> Response:
        """Accept the job; its result is at `/v1/jobs/{job_id}`."""
        return _accept(request, read_form(request))


class Analyze(Deprecated, GenericAPIView):
    """The early route for images. Use POST /v1/image/submit."""

    name = "Analyze"
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
            _query("plugin", "The plugin; `ocr` if left out."),
            _query("tool", "The tool; `default` if left out."),
        ],
        responses={200: Accepted, **problems(*UPLOAD_ERRORS)},
    )
    def post(self, request: Request) -> Response:
        """The same as `POST /v1/image/submit`."""
        return _accept(request, read_form(request, {"plugin": "plugin_id"}, plugin_id="ocr"))


def _accept(request: Request, wanted: dict[str, Any]) -> Response:
    plan = plan_for(request, wanted, MediaKind.IMAGE)
    files = files_of(request)
    if len(files) > 1:
        raise Refusal(400, "This route takes one file. Send several to POST /v1/jobs.")
    job = run_on_files(request.user, plan, files)
    return Response(Accepted(job).data)
