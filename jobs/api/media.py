"""Images, videos, and either of them as a medium."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet, ViewSetMixin

from jobs.api.library import Library, listing_texts
from jobs.api.media_change import MediaChange, apply
from jobs.api.media_files import MediaFiles
from jobs.engine.deletion import delete_media
from jobs.models import Media, MediaKind
from jobs.shapes.media import MediaShape
from jobs.web.body import read_json
from jobs.web.openapi_parts import problems
from jobs.web.own import own_image, own_media

RESULTS_GO_TOO = (
    "It goes with its annotations and every result made from it; jobs over it that still run\n"
    "are canceled."
)
A_NEW_ONE = "It is a new one even if its bytes are there already; then `duplicate_of` says where."


class Medium(ViewSetMixin):
    """One medium: looking at it, changing it, deleting it."""

    lookup_url_kwarg: str | None = "media_id"

    def find(self, request: Request, media_id: UUID) -> Media:
        """The medium. Raises Http404."""
        return own_media(request.user, media_id)

    @extend_schema(responses={200: MediaShape, **problems(404)})
    def retrieve(self, request: Request, media_id: UUID) -> Response:
        """What it is."""
        return Response(_shown(request, self.find(request, media_id)))

    @extend_schema(
        request=MediaChange, responses={200: MediaShape, **problems(400, 404, 413, 415, 422)}
    )
    def partial_update(self, request: Request, media_id: UUID) -> Response:
        """What is not given stays as it is."""
        medium = self.find(request, media_id)
        apply(medium, read_json(request, MediaChange))
        return Response(_shown(request, medium))

    @extend_schema(responses={204: None, **problems(404)})
    def destroy(self, request: Request, media_id: UUID) -> Response:
        """Delete it with everything that was made from it."""
        delete_media(self.find(request, media_id))
        return Response(status=204)


def _shown(request: Request, medium: Media) -> Any:
    return MediaShape(medium, context={"request": request}).data


def _texts(word: str, a_word: str, deletion: str) -> Callable[[Any], Any]:
    """What the OpenAPI document says of one medium."""
    return extend_schema_view(
        retrieve=extend_schema(operation_id=f"get_{word}", summary=f"What {a_word} is"),
        partial_update=extend_schema(
            operation_id=f"change_{word}",
            summary=f"Rename {a_word}, set its text prompt or tags",
        ),
        destroy=extend_schema(
            operation_id=f"delete_{word}", summary=f"Delete {a_word}", description=deletion
        ),
    )


@_texts("media", "a medium", RESULTS_GO_TOO)
class MediaViewSet(MediaFiles, Medium, ViewSet):
    """An image or a video of your library."""

    member = {"name": "Medium"}


@listing_texts("image", "an image", f"\n\n{A_NEW_ONE}")
@_texts("image", "an image", "The same as `DELETE /v1/media/{media_id}`.")
class ImageViewSet(Medium, Library):
    """Your images, newest first; and new ones."""

    kind = MediaKind.IMAGE
    collection = {"name": "Images", **Library.collection}
    member = {"name": "Image", "description": "An image of your library."}

    def find(self, request: Request, media_id: UUID) -> Media:
        return own_image(request.user, media_id)


@listing_texts("video", "a video")
class VideoViewSet(Library):
    """Your videos, newest first; and new ones."""

    kind = MediaKind.VIDEO
    collection = {"name": "Videos", **Library.collection}
