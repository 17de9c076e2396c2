"""Pieces of the OpenAPI document that many views share."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from forgesyte.problem import CONTENT_TYPE

MEANINGS = {
    304: "Not changed since the answer with this ETag.",
    400: "The request is malformed, or the file is not an image or video.",
    401: "No valid API key and no session.",
    403: "The key lacks the scope, or it is not allowed.",
    404: "It does not exist, or it is not yours.",
    406: "No answer of the wanted type can be given.",
    409: "The state does not allow it.",
    410: "The file is gone.",
    411: "The length of the body is missing.",
    413: "Too large.",
    415: "The body or the file has a type that is not taken.",
    416: "The range is outside the file.",
    422: "The parameters are not right.",
    503: "Uploads are paused at the moment.",
}
UPLOAD_ERRORS = (400, 404, 409, 411, 413, 415, 422, 503)


class ProblemError(serializers.Serializer):
    """One mistake in a request."""

    pointer = serializers.CharField(help_text="JSON Pointer (RFC 6901) to the mistake.")
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """An error (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    request_id = serializers.CharField()
    errors = ProblemError(many=True, required=False)  # type: ignore[assignment]  # a field


def problems(*statuses: int) -> dict[Any, Any]:
    """The responses for these errors and for those that every route can give."""
    wanted = sorted({401, 403, 406, *statuses})
    return {(s, CONTENT_TYPE): OpenApiResponse(Problem, MEANINGS[s]) for s in wanted}


PREFER = OpenApiParameter(
    "Prefer",
    str,
    OpenApiParameter.HEADER,
    description="`wait=N`: answer when the job has ended, after N seconds (10) at the latest.",
)
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER)
RANGE = OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="`bytes=0-1023`")
