"""The results of one image, newest first; and taking one over as annotations."""

from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.annotations import InvalidAnnotation
from jobs.api.documented import problems
from jobs.api.errors import Refusal
from jobs.api.items import own_item
from jobs.api.media import own_image
from jobs.api.pagination import Cursor
from jobs.api.run_request import read_json
from jobs.api.shapes.annotation import AnnotationShape
from jobs.api.shapes.item import HistoryItem
from jobs.models import ItemStatus, JobItem, MediaKind
from jobs.models.annotation import Role
from jobs.results import document
from jobs.results.takeover import take_over


class HistoryFilters(django_filters.FilterSet):
    """Filters of a history."""

    plugin_id = django_filters.CharFilter(max_length=64)
    tool = django_filters.CharFilter(max_length=64)
    mode = django_filters.CharFilter("tool", max_length=64, label="The same as tool")

    class Meta:
        model = JobItem
        fields: list[str] = []
        form = forms.Form


class History(ListAPIView):
    """What tools made of one image, newest first."""

    name = "History"
    queryset = JobItem.objects.none()
    pagination_class = Cursor
    serializer_class = HistoryItem
    filterset_class = HistoryFilters

    def get_queryset(self) -> QuerySet[JobItem]:
        if "media_id" not in self.kwargs or not self.request.user.is_authenticated:
            return JobItem.objects.none()
        items = JobItem.objects.select_related("media").prefetch_related("artifacts").defer("log")
        image = own_image(self.request, self.kwargs["media_id"])
        return items.filter(media=image, status=ItemStatus.COMPLETED)

    @extend_schema(
        operation_id="list_history",
        summary="The results of an image",
        responses={200: HistoryItem(many=True), **problems(400, 404)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Completed results only, newest first, until someone deletes them."""
        return super().get(request, *args, **kwargs)


class TakeOverRequest(serializers.Serializer):
    """How to take a result over."""

    role = serializers.ChoiceField(choices=Role.choices, required=False)


class TakeOver(APIView):
    """Makes annotations of a result."""

    name = "Take over"

    @extend_schema(
        operation_id="take_over_result",
        summary="Take a result over as annotations",
        request=TakeOverRequest,
        responses={201: AnnotationShape(many=True), **problems(400, 404, 409, 410, 413, 415, 422)},
    )
    def post(self, request: Request, item_id: UUID) -> Response:
        """A box, with its label, around everything that the result found on the image.

        The answer has the new ones; boxes that are there already are not doubled.
        """
        item = own_item(request, item_id)
        wanted = read_json(request, TakeOverRequest)
        if item.media.kind != MediaKind.IMAGE:
            raise Refusal(409, "Annotations belong to images, and this is the result of a video.")
        if item.status != ItemStatus.COMPLETED:
            raise Refusal(409, f"It is {item.status}, so there is no result to take over.")
        try:
            rows = take_over(item, document.load(item), wanted.get("role", Role.SEGMENT))
        except FileNotFoundError:
            raise Refusal(410, "The result is gone: its file was removed.") from None
        except InvalidAnnotation as error:
            raise Refusal(422, str(error), error.errors) from error
        return Response(AnnotationShape(rows, many=True).data, status=201)
