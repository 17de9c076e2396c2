"""A video with the tracks of a result drawn in."""

from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.drawing import track_video
from jobs.shapes.job import JobShape
from jobs.web.accepted import accepted
from jobs.web.errors import Refusal
from jobs.web.openapi_parts import PREFER, RANGE, problems
from jobs.web.own import own_item
from jobs.web.send import FILE, FileView, StoredFile, send


class TrackVideo(FileView):
    """The video with the tracks of a result drawn in; it is made on request."""

    @extend_schema(
        operation_id="download_track_video",
        summary="The video with its tracks drawn in",
        parameters=[RANGE],
        responses={(200, "video/*"): FILE, **problems(404, 410, 416)},
    )
    def get(self, request: Request, item_id: UUID) -> HttpResponseBase:
        """The video, once it is made; 404 before that."""
        maker = track_video.find(own_item(request, item_id))
        artifact = track_video.artifact_of(maker) if maker else None
        if artifact is None:
            state = f"Making it is {maker.status}." if maker else "Ask for it with a POST."
            raise Refusal(404, f"There is no preview of this result. {state}")
        file = StoredFile(
            name=artifact.file.name,
            etag=artifact.sha256,
            content_type=artifact.content_type,
            filename=artifact.name,
        )
        return send(request, file)

    @extend_schema(
        operation_id="make_track_video",
        summary="Draw the tracks of a result into its video",
        request=None,
        parameters=[PREFER],
        responses={200: JobShape, 202: JobShape, **problems(404, 409)},
    )
    def post(self, request: Request, item_id: UUID) -> Response:
        """Have it made; the answer is the job that makes it. Asking again changes nothing."""
        return accepted(request, track_video.request(own_item(request, item_id)))
