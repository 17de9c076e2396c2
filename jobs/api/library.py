"""The library: listing one's media of a kind, and uploading new ones."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jobs import intake
from jobs.library import listing
from jobs.library.filters import MediaFilters
from jobs.models import Media
from jobs.refusal import Refusal
from jobs.shapes.media import MediaShape, NewMediaShape
from jobs.web.body import refuse_unknown
from jobs.web.openapi_parts import problems
from jobs.web.paging import Cursor
from jobs.web.uploads import files_of

UPLOAD_ERRORS = problems(400, 411, 413, 415, 422, 503)


class MediaUpload(serializers.Serializer):
    """One file."""

    file = serializers.FileField()


class Library(ListModelMixin, GenericViewSet[Media]):
    """One kind of media of the asker, newest first; and new ones."""

    kind: str
    queryset = Media.objects.none()
    serializer_class = MediaShape
    filter_backends = []
    filterset_class = MediaFilters
    collection: dict[str, Any] = {
        "parser_classes": [MultiPartParser],
        "pagination_class": Cursor,
        "filter_backends": [DjangoFilterBackend],
    }

    def get_queryset(self) -> QuerySet[Media]:
        if not self.request.user.is_authenticated:
            return Media.objects.none()
        return listing.of(self.request.user).filter(blob__kind=self.kind)

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        """What the browsable API offers as a form for a POST."""
        is_form = self.request.method == "POST" and not self.detail
        return MediaUpload if is_form else MediaShape

    @extend_schema(
        request={"multipart/form-data": MediaUpload},
        responses={201: NewMediaShape, **UPLOAD_ERRORS},
    )
    def create(self, request: Request) -> Response:
        """Keep the one file that came along."""
        files = files_of(request)
        refuse_unknown((name for name in request.data if name not in request.FILES), MediaUpload)
        if len(files) > 1:
            raise Refusal(400, "This route takes one file a request.")
        medium = intake.receive(request.user, files[0], [self.kind])
        data = NewMediaShape(medium, context={"request": request}).data
        return Response(data, status=201, headers={"Location": data["urls"]["self"]})


def listing_texts(kind: str, a_kind: str, more: str = "") -> Callable[[Any], Any]:
    """What the OpenAPI document says of the collection of a ``kind``."""
    upload = f"Put {a_kind} into the library, without running anything.{more}"
    found = {200: MediaShape(many=True), **problems(400)}
    return extend_schema_view(
        list=extend_schema(
            operation_id=f"list_{kind}s",
            summary=f"Your {kind}s",
            description=f"Your {kind}s, newest first.",
            responses=found,
        ),
        create=extend_schema(
            operation_id=f"upload_{kind}", summary=f"Upload {a_kind}", description=upload
        ),
    )
