"""The API for videos with the tracks of a result drawn in."""

from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from jobs import downloads
from jobs.drawing import track_video as drawing
from jobs.refusal import Refusal
from jobs.shapes.job import JobShape
from jobs.web.accepted import accepted
from jobs.web.openapi_parts import PREFER, RANGE, problems
from jobs.web.own import own_item
from jobs.web.send import FILE, SENDS_FILE, send


class TrackVideo(ViewSet):
    """The video with the tracks of a result drawn in; made on request."""

    lookup_url_kwarg = "item_id"

    @extend_schema(
        operation_id="download_track_video",
        summary="The video with its tracks drawn in",
        parameters=[RANGE],
        responses={(200, "video/*"): FILE, **problems(404, 410, 416)},
    )
    @action(detail=True, url_path="preview", url_name="video", **SENDS_FILE)
    def track_video(self, request: Request, item_id: UUID) -> HttpResponseBase:
        """The video once it is made, and 404 before that."""
        maker = drawing.find(own_item(request.user, item_id))
        artifact = drawing.artifact_of(maker) if maker else None
        if artifact is None:
            state = f"Making it is {maker.status}." if maker else "Ask for it with a POST."
            raise Refusal(404, f"There is no preview of this result. {state}")
        return send(request, downloads.artifact(artifact))

    @extend_schema(
        operation_id="make_track_video",
        summary="Draw the tracks of a result into its video",
        request=None,
        parameters=[PREFER],
        responses={200: JobShape, 202: JobShape, **problems(404, 409)},
    )
    @track_video.mapping.post
    def make_track_video(self, request: Request, item_id: UUID) -> Response:
        """Request the video; the answer is the job that makes it. Repeating it changes nothing."""
        return accepted(request, drawing.request(own_item(request.user, item_id)))
