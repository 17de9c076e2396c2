"""The results of one image, newest first."""

import django_filters
from django import forms
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.viewsets import GenericViewSet

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


@extend_schema_view(
    list=extend_schema(
        operation_id="list_history",
        summary="The results of an image",
        description="Completed results only, newest first, until someone deletes them.",
        responses={200: HistoryItem(many=True), **problems(400, 404)},
    )
)
class HistoryViewSet(ListModelMixin, GenericViewSet[JobItem]):
    """What tools made of one image, newest first."""

    queryset = JobItem.objects.none()
    pagination_class = Cursor
    serializer_class = HistoryItem
    filterset_class = HistoryFilters
    collection = {"name": "History"}

    def get_queryset(self) -> QuerySet[JobItem]:
        if "media_id" not in self.kwargs or not self.request.user.is_authenticated:
            return JobItem.objects.none()
        items = JobItem.objects.select_related("media").prefetch_related("artifacts").defer("log")
        image = own_image(self.request, self.kwargs["media_id"])
        return items.filter(media=image, status=ItemStatus.COMPLETED)
