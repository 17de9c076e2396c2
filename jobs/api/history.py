"""The results of one image, newest first."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.models import ItemStatus, JobItem
from jobs.shapes.item import HistoryItem
from jobs.web.cursor import Cursor
from jobs.web.openapi_parts import problems
from jobs.web.own import own_image


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
