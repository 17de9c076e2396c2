"""One medium: what it is, its file and its thumbnail."""

import hashlib
from uuid import UUID

from django.http import Http404, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.api.media_change import MediaChange, apply
from jobs.engine.deletion import delete_media
from jobs.models import Media
from jobs.shapes.media import MediaShape
from jobs.web.body import read_json
from jobs.web.openapi_parts import RANGE, problems
from jobs.web.own import own_image, own_media
from jobs.web.send import FILE, FileView, StoredFile, send

THUMBNAIL_TYPE = "image/webp"


def uploaded_file(medium: Media) -> StoredFile:
    """The bytes that were uploaded, under their name."""
    return StoredFile(
        name=medium.blob.file.name,
        etag=medium.blob.sha256,
        content_type=medium.blob.content_type,
        filename=medium.filename,
    )


class MediaDetail(APIView):
    """An image or a video of your library."""

    name = "Medium"

    @extend_schema(
        operation_id="get_media",
        summary="What a medium is",
        responses={200: MediaShape, **problems(404)},
    )
    def get(self, request: Request, media_id: UUID) -> Response:
        """What it is."""
        return self._answer(self.find(request, media_id))

    @extend_schema(
        operation_id="change_media",
        summary="Rename a medium, set its text prompt or tags",
        request=MediaChange,
        responses={200: MediaShape, **problems(400, 404, 413, 415, 422)},
    )
    def patch(self, request: Request, media_id: UUID) -> Response:
        """What is not given stays as it is."""
        medium = self.find(request, media_id)
        apply(medium, read_json(request, MediaChange))
        return self._answer(medium)

    @extend_schema(
        operation_id="delete_media",
        summary="Delete a medium",
        responses={204: None, **problems(404)},
    )
    def delete(self, request: Request, media_id: UUID) -> Response:
        """It goes with its annotations and every result made from it; jobs over it that still run
        are canceled."""
        delete_media(self.find(request, media_id))
        return Response(status=204)

    def find(self, request: Request, media_id: UUID) -> Media:
        """The medium. Raises Http404."""
        return own_media(request, media_id)

    def _answer(self, medium: Media) -> Response:
        return Response(MediaShape(medium, context={"request": self.request}).data)


class ImageDetail(MediaDetail):
    """An image of your library."""

    name = "Image"

    def find(self, request: Request, media_id: UUID) -> Media:
        return own_image(request, media_id)

    @extend_schema(
        operation_id="get_image",
        summary="What an image is",
        responses={200: MediaShape, **problems(404)},
    )
    def get(self, request: Request, media_id: UUID) -> Response:
        """What it is."""
        return super().get(request, media_id)

    @extend_schema(
        operation_id="change_image",
        summary="Rename an image, set its text prompt or tags",
        request=MediaChange,
        responses={200: MediaShape, **problems(400, 404, 413, 415, 422)},
    )
    def patch(self, request: Request, media_id: UUID) -> Response:
        """What is not given stays as it is."""
        return super().patch(request, media_id)

    @extend_schema(
        operation_id="delete_image",
        summary="Delete an image",
        responses={204: None, **problems(404)},
    )
    def delete(self, request: Request, media_id: UUID) -> Response:
        """The same as `DELETE /v1/media/{media_id}`."""
        return super().delete(request, media_id)


class MediaFile(FileView):
    """The file as it was uploaded."""

    @extend_schema(
        operation_id="download_media",
        summary="The file as it was uploaded",
        parameters=[RANGE],
        responses={(200, "*/*"): FILE, **problems(404, 410, 416)},
    )
    def get(self, request: Request, media_id: UUID) -> HttpResponseBase:
        """The bytes that were uploaded, under their name."""
        return send(request, uploaded_file(own_media(request, media_id)))


class MediaThumbnail(FileView):
    """A small picture of the medium."""

    @extend_schema(
        operation_id="download_thumbnail",
        summary="A small picture of it",
        parameters=[RANGE],
        responses={(200, THUMBNAIL_TYPE): FILE, **problems(404, 410, 416)},
    )
    def get(self, request: Request, media_id: UUID) -> HttpResponseBase:
        """At most 480 pixels on the longer side, upright."""
        medium = own_media(request, media_id)
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
