"""The items of a job."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.viewsets import GenericViewSet

from jobs.models import JobItem
from jobs.shapes.item import ItemSummary
from jobs.web.openapi_parts import problems
from jobs.web.own import own_job
from jobs.web.paging import ItemCursor


@extend_schema_view(
    list=extend_schema(
        operation_id="list_items",
        summary="What became of each item",
        description="What became of each item; results are behind their links.",
        responses={200: ItemSummary(many=True), **problems(400, 404)},
    )
)
class JobItemViewSet(ListModelMixin, GenericViewSet[JobItem]):
    """One per medium and tool, in their order."""

    queryset = JobItem.objects.none()
    pagination_class = ItemCursor
    serializer_class = ItemSummary
    filter_backends = []
    collection = {"name": "Items"}

    def get_queryset(self) -> QuerySet[JobItem]:
        job = own_job(self.request.user, self.kwargs["job_id"])
        items = job.items.select_related("media").prefetch_related("artifacts")
        return items.defer("log", "run")
