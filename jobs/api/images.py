"""Running a tool on one image: the quick way in."""

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.api.run_request import JobUpload, UploadForm, read_form
from jobs.api.submit import PARAMETERS, Accepted, accept, query
from jobs.models import MediaKind
from jobs.web.deprecation import Deprecated
from jobs.web.openapi_parts import UPLOAD_ERRORS, problems


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
        parameters=PARAMETERS,
        responses={200: Accepted, **problems(*UPLOAD_ERRORS)},
    )
    def post(self, request: Request) -> Response:
        """Accept the job; its result is at `/v1/jobs/{job_id}`."""
        return accept(request, read_form(request), MediaKind.IMAGE)


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
            query("plugin", "The plugin; `ocr` if left out."),
            query("tool", "The tool; `default` if left out."),
        ],
        responses={200: Accepted, **problems(*UPLOAD_ERRORS)},
    )
    def post(self, request: Request) -> Response:
        """The same as `POST /v1/image/submit`."""
        wanted = read_form(request, {"plugin": "plugin_id"}, plugin_id="ocr")
        return accept(request, wanted, MediaKind.IMAGE)
