"""The files of a medium: as it was uploaded, and a small picture of it."""

import hashlib
from uuid import UUID

from django.http import Http404, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.viewsets import ViewSetMixin

from jobs.models import Media
from jobs.web.openapi_parts import RANGE, problems
from jobs.web.own import own_media
from jobs.web.send import FILE, SENDS_FILE, StoredFile, send

THUMBNAIL_TYPE = "image/webp"


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
        return send(request, uploaded_file(own_media(request.user, media_id)))

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
        if not medium.blob.thumbnail:
            raise Http404
        stored = medium.blob.thumbnail.name
        file = StoredFile(
            name=stored,
            etag=hashlib.sha256(stored.encode()).hexdigest(),
            content_type=THUMBNAIL_TYPE,
            filename=f"{medium.filename.rpartition('.')[0] or medium.filename}-thumbnail.webp",
        )
        return send(request, file)


def uploaded_file(medium: Media) -> StoredFile:
    """The bytes that were uploaded, under their name."""
    return StoredFile(
        name=medium.blob.file.name,
        etag=medium.blob.sha256,
        content_type=medium.blob.content_type,
        filename=medium.filename,
    )
