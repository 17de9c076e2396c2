"""The files of a medium: as it was uploaded, and a small picture of it."""

from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.viewsets import ViewSetMixin

from jobs import downloads
from jobs.downloads import THUMBNAIL_TYPE
from jobs.web.openapi_parts import RANGE, problems
from jobs.web.own import own_media
from jobs.web.send import FILE, SENDS_FILE, send


class MediaFiles(ViewSetMixin):
    """What a medium has to download."""

    @extend_schema(
        operation_id="download_media",
        summary="The file as it was uploaded",
        parameters=[RANGE],
        responses={(200, "*/*"): FILE, **problems(404, 410, 416)},
    )
    @action(detail=True, **SENDS_FILE)
    def file(self, request: Request, media_id: UUID) -> HttpResponseBase:
        """The bytes that were uploaded, under their name."""
        return send(request, downloads.upload(own_media(request.user, media_id)))

    @extend_schema(
        operation_id="download_thumbnail",
        summary="A small picture of it",
        parameters=[RANGE],
        responses={(200, THUMBNAIL_TYPE): FILE, **problems(404, 410, 416)},
    )
    @action(detail=True, **SENDS_FILE)
    def thumbnail(self, request: Request, media_id: UUID) -> HttpResponseBase:
        """At most 480 pixels on the longer side, upright."""
        medium = own_media(request.user, media_id)
        return send(request, downloads.thumbnail(medium.blob, medium.filename))
