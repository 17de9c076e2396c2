"""The API for pictures of one result: masks as numbers, and things drawn on the image."""

import re
from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from jobs import downloads
from jobs.drawing.pictures import mask_of, overlay_of
from jobs.models import Artifact, JobItem
from jobs.models.artifact import DRAWN_SIGN
from jobs.refusal import Refusal
from jobs.web.openapi_parts import RANGE, problems
from jobs.web.send import FILE, SENDS_FILE, send

MOST_MASKS = 65535
INSTANCE = OpenApiParameter(
    "instance",
    OpenApiTypes.INT,
    description="The number of one mask, from 1: a binary picture of it alone.",
)
ERRORS = problems(404, 409, 410, 416, 503)


class PictureViewSet(ViewSet):
    """Pictures of a result, for programs and for people."""

    lookup_url_kwarg = "item_id"

    @extend_schema(
        operation_id="download_mask",
        summary="The masks of a result as a picture",
        parameters=[INSTANCE, RANGE],
        responses={(200, "image/png"): FILE, **ERRORS, **problems(422)},
    )
    @action(detail=True, **SENDS_FILE)
    def mask(self, request: Request, item_id: UUID) -> HttpResponseBase:
        """A greyscale PNG in the size of the upright image. Each pixel is the number of its mask,
        from 1 in the order of the result, or 0 if there is none: 8 bits, or 16 with more than 255
        masks. Where masks overlap, the first is on top; `instance` gives a single mask in full, as
        255. It is made on first request."""
        instance = _instance(request)
        return _sent(request, item_id, lambda item: mask_of(item, instance))

    @extend_schema(
        operation_id="download_overlay",
        summary="A result drawn on its image",
        parameters=[RANGE],
        responses={(200, "image/jpeg"): FILE, **ERRORS},
    )
    @action(detail=True, **SENDS_FILE)
    def overlay(self, request: Request, item_id: UUID) -> HttpResponseBase:
        """A JPEG with masks, boxes, outlines of text and codes, and keypoints, each with its label
        and score. Large images are shrunk to 24 megapixels, small ones enlarged. It is made on
        first request."""
        return _sent(request, item_id, overlay_of)


def _instance(request: Request) -> int:
    text = request.query_params.get("instance")
    if text is None:
        return 0
    if not re.fullmatch(r"[1-9]\d{0,4}", text, re.ASCII) or int(text) > MOST_MASKS:
        text = f"This must be the number of a mask, from 1 to {MOST_MASKS}."
        raise Refusal(422, f"instance: {text}", [("/instance", text)])
    return int(text)


def _sent(
    request: Request, item_id: UUID, picture: Callable[[JobItem], Artifact]
) -> HttpResponseBase:
    items = JobItem.objects.select_related("media__blob").defer("log", "run")
    item = get_object_or_404(items.visible_to(request.user), pk=item_id)
    artifact = picture(item)
    name = artifact.name.removeprefix(DRAWN_SIGN)
    filename = f"{downloads.stem(item.media.filename)}-{name}"
    return send(request, downloads.artifact(artifact, filename))
