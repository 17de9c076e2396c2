"""Running a tool on one image or one video: the quick ways in."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jobs import intake
from jobs.api.run_request import JobUpload, UploadForm, plan_for, read_form
from jobs.models import Job, JobStatus, MediaKind
from jobs.refusal import Refusal
from jobs.shapes.job import JOB_TYPES
from jobs.web.openapi_parts import UPLOAD_ERRORS, problems
from jobs.web.uploads import files_of, run_on_files

ARTICLE = {"image": "an", "video": "a"}


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


def query(name: str, text: str, many: bool = False) -> OpenApiParameter:
    """A parameter in the query string."""
    return OpenApiParameter(name, str, many=many, description=text)


PARAMETERS = [
    query("plugin_id", "The plugin, or one of its aliases."),
    query("tool", "A tool, or `default`; may repeat.", many=True),
    query("logical_tool_id", "A capability instead of a tool; may repeat.", many=True),
]
"""What may stand in the query string."""


class Submit(GenericViewSet[Job]):
    """Running tools on one file of a kind."""

    kind: str
    parser_classes = [MultiPartParser]
    serializer_class = UploadForm
    filter_backends = []

    @extend_schema(
        request={"multipart/form-data": JobUpload},
        parameters=PARAMETERS,
        responses={200: Accepted, **problems(*UPLOAD_ERRORS)},
    )
    def create(self, request: Request) -> Response:
        """Accept the job; its result is at `/v1/jobs/{job_id}`."""
        return accept(request, read_form(request), self.kind)


def _texts(kind: str, a_kind: str) -> Callable[[Any], Any]:
    return extend_schema_view(
        create=extend_schema(operation_id=f"submit_{kind}", summary=f"Run tools on {a_kind}")
    )


@_texts("image", "an image")
class SubmitImage(Submit):
    """Run a plugin's tools on one image.

    Send the image as multipart/form-data in the field "file"; everything else may stand in the
    query string or in the form.
    """

    kind = MediaKind.IMAGE
    collection = {"name": "Submit an image"}


@_texts("video", "a video")
class SubmitVideo(Submit):
    """Run a plugin's tools on one video.

    Send the video as multipart/form-data in the field "file"; everything else may stand in the
    query string or in the form.
    """

    kind = MediaKind.VIDEO
    collection = {"name": "Submit a video"}


def accept(request: Request, wanted: dict[str, Any], kind: str) -> Response:
    """Run what is wanted on the one file that came along, which must be of this kind."""
    plan = plan_for(request, wanted, kind)
    files = files_of(request)
    if len(files) > 1:
        raise Refusal(400, "This route takes one file. Send several to POST /v1/jobs.")
    for other in intake.kinds_of(files) - {kind}:
        text = f"The file is {ARTICLE[other]} {other}. Send it to POST /v1/{other}/submit."
        raise Refusal(400, text)
    job = run_on_files(request.user, plan, files, [kind])
    return Response(Accepted(job).data)
