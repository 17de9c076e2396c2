"""One item: its result, the record of its run, its files."""

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from jobs import downloads
from jobs.models import Artifact
from jobs.shapes.item import ItemShape
from jobs.web.openapi_parts import RANGE, problems
from jobs.web.own import own_item
from jobs.web.send import FILE, SENDS_FILE, send


class ItemViewSet(ViewSet):
    """One medium under one tool: result, run record and artifacts."""

    lookup_url_kwarg = "item_id"
    member = {"name": "Result"}

    @extend_schema(
        operation_id="get_item",
        summary="One result and how it was made",
        responses={200: ItemShape, **problems(404)},
    )
    def retrieve(self, request: Request, item_id: UUID) -> Response:
        """What became of one medium under one tool, and exactly how."""
        item = own_item(request.user, item_id)
        return Response(ItemShape(item, context={"request": request}).data)

    @extend_schema(
        operation_id="download_item_result",
        summary="One result as a file",
        parameters=[RANGE],
        responses={(200, "application/json"): FILE, **problems(404, 409, 410, 416)},
    )
    @action(detail=True, **SENDS_FILE)
    def result(self, request: Request, item_id: UUID) -> HttpResponseBase:
        """The tool's result."""
        return send(request, downloads.result(own_item(request.user, item_id)))


class ArtifactViewSet(ViewSet):
    """A file that a tool made beside its result."""

    lookup_url_kwarg = "name"
    lookup_value_converter = "str"
    member = SENDS_FILE

    @extend_schema(
        operation_id="download_artifact",
        summary="A file beside a result",
        parameters=[RANGE],
        responses={(200, "*/*"): FILE, **problems(404, 410, 416)},
    )
    def retrieve(self, request: Request, item_id: UUID, name: str) -> HttpResponseBase:
        """Pictures are shown, everything else is a download."""
        if "\0" in name:  # PostgreSQL refuses to look for it
            raise Http404
        own = Artifact.objects.visible_to(request.user)
        artifact = get_object_or_404(own, item_id=item_id, name=name)
        return send(request, downloads.artifact(artifact))
