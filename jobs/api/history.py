"""The results of one image, newest first."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.viewsets import GenericViewSet

from jobs.library.history_filters import HistoryFilters
from jobs.models import ItemStatus, JobItem
from jobs.shapes.item import HistoryItem
from jobs.web.openapi_parts import problems
from jobs.web.own import own_image
from jobs.web.paging import Cursor


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
        image = own_image(self.request.user, self.kwargs["media_id"])
        return items.filter(media=image, status=ItemStatus.COMPLETED)
