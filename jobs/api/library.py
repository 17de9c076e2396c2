"""The library: listing one's images and videos, and uploading new ones."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from jobs import intake
from jobs.api.job_list import storable
from jobs.library import listing
from jobs.models import Media, MediaKind, Tag
from jobs.shapes.media import MediaShape, NewMediaShape
from jobs.web.body import refuse_unknown
from jobs.web.cursor import Cursor
from jobs.web.errors import Refusal
from jobs.web.openapi_parts import problems
from jobs.web.uploads import files_of

UPLOAD_ERRORS = problems(400, 411, 413, 415, 422, 503)


class MediaUpload(serializers.Serializer):
    """One file."""

    file = serializers.FileField()


class MediaFilters(django_filters.FilterSet):
    """Filters of the library."""

    q = django_filters.CharFilter(
        method="by_text", max_length=200, label="In the file name or the text prompt"
    )
    filename = django_filters.CharFilter(max_length=255, label="Exact file name")
    annotated = django_filters.TypedChoiceFilter(
        method="by_annotations",
        choices=[("true", "yes"), ("false", "no")],
        coerce=lambda word: word == "true",
        label="With annotations",
    )
    tag = django_filters.CharFilter(method="by_tag", max_length=Tag.MAX_LENGTH, label="Tag")
    created_after = django_filters.IsoDateTimeFilter(
        "created_at", "gte", label="Created at or after", validators=[storable]
    )
    created_before = django_filters.IsoDateTimeFilter(
        "created_at", "lt", label="Created before", validators=[storable]
    )

    class Meta:
        model = Media
        fields: list[str] = []
        form = forms.Form

    def by_text(self, media: QuerySet[Media], _name: str, text: str) -> QuerySet[Media]:
        """Those whose name or prompt contains the text."""
        return listing.matching(media, text)

    @extend_schema_field(bool)
    def by_annotations(self, media: QuerySet[Media], _name: str, yes: bool) -> QuerySet[Media]:
        """Those with annotations, or those without."""
        return listing.annotated(media, yes)

    def by_tag(self, media: QuerySet[Media], _name: str, tag: str) -> QuerySet[Media]:
        """Those with this tag."""
        return listing.tagged(media, tag)


class Library(ListAPIView):
    """One kind of media of the asker, newest first."""

    kind: str
    queryset = Media.objects.none()
    pagination_class = Cursor
    filterset_class = MediaFilters
    parser_classes = [MultiPartParser]

    def get_queryset(self) -> QuerySet[Media]:
        if not self.request.user.is_authenticated:
            return Media.objects.none()
        return listing.of(self.request.user).filter(blob__kind=self.kind)

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        """What the browsable API offers as a form for a POST."""
        return MediaUpload if self.request.method == "POST" else MediaShape

    def take(self, request: Request) -> Response:
        """Keep the one file that came along. Raises Refusal."""
        files = files_of(request)
        refuse_unknown((name for name in request.data if name not in request.FILES), MediaUpload)
        if len(files) > 1:
            raise Refusal(400, "This route takes one file a request.")
        medium = intake.receive(request.user, files[0], [self.kind])
        data = NewMediaShape(medium, context={"request": request}).data
        return Response(data, status=201, headers={"Location": data["urls"]["self"]})


class Images(Library):
    """Your images, newest first; and new ones."""

    name = "Images"
    kind = MediaKind.IMAGE

    @extend_schema(
        operation_id="list_images",
        summary="Your images",
        responses={200: MediaShape(many=True), **problems(400)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Your images, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="upload_image",
        summary="Upload an image",
        request={"multipart/form-data": MediaUpload},
        responses={201: NewMediaShape, **UPLOAD_ERRORS},
    )
    def post(self, request: Request) -> Response:
        """Put an image into the library, without running anything.

        It is a new one even if its bytes are there already; then `duplicate_of` says where.
        """
        return self.take(request)


class Videos(Library):
    """Your videos, newest first; and new ones."""

    name = "Videos"
    kind = MediaKind.VIDEO

    @extend_schema(
        operation_id="list_videos",
        summary="Your videos",
        responses={200: MediaShape(many=True), **problems(400)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Your videos, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="upload_video",
        summary="Upload a video",
        request={"multipart/form-data": MediaUpload},
        responses={201: NewMediaShape, **UPLOAD_ERRORS},
    )
    def post(self, request: Request) -> Response:
        """Put a video into the library, without running anything."""
        return self.take(request)
