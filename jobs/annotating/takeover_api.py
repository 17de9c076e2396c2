"""The API for taking over a result as annotations."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from jobs.annotating.shapes import AnnotationShape
from jobs.annotating.takeover import take_over
from jobs.models import ItemStatus, MediaKind
from jobs.models.annotation import Role
from jobs.refusal import Refusal
from jobs.results import document
from jobs.web.body import read_json
from jobs.web.openapi_parts import problems
from jobs.web.own import own_item


class TakeOverRequest(serializers.Serializer):
    """The role that the annotations get."""

    role = serializers.ChoiceField(choices=Role.choices, required=False)


class TakeOver(ViewSet):
    """Turns a result into annotations."""

    lookup_url_kwarg = "item_id"

    @extend_schema(
        operation_id="take_over_result",
        summary="Take a result over as annotations",
        request=TakeOverRequest,
        responses={201: AnnotationShape(many=True), **problems(400, 404, 409, 410, 413, 415, 422)},
    )
    @action(detail=True, methods=["post"], url_path="annotations", url_name="take-over")
    def take_over(self, request: Request, item_id: UUID) -> Response:
        """Adds a labeled box for each thing that the result found on the image, and a labeled point
        for each of its named points.

        The answer lists the new annotations; those that already exist are not added again.
        """
        item = own_item(request.user, item_id)
        wanted = read_json(request, TakeOverRequest)
        if item.media.kind != MediaKind.IMAGE:
            raise Refusal(409, "Annotations belong to images, and this is the result of a video.")
        if item.status != ItemStatus.COMPLETED:
            raise Refusal(409, f"It is {item.status}, so there is no result to take over.")
        try:
            rows = take_over(item, document.load(item), wanted.get("role", Role.SEGMENT))
        except FileNotFoundError:
            raise Refusal(410, "The result is gone: its file was removed.") from None
        return Response(AnnotationShape(rows, many=True).data, status=201)
