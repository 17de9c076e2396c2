"""Refuses requests that can't be accepted, before any of their body is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from forgesyte.problem import answer

ROOM_FOR_TEXT = 1024 * 1024
"""Bytes allowed for the form's other fields and its boundaries."""


class UploadGuardMiddleware:
    """Refuses bodies of unknown length (411) and bodies larger than any allowed upload (413): the
    most images that a job may have, or the largest video."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or ""
        if request.headers.get("Transfer-Encoding") and not length:
            text = (
                "The request is sent in chunks, without its length, which this server can't read. "
                "Send it with a Content-Length (in curl: -F or --data-binary @file, not -T -)."
            )
            return answer(request, 411, text)
        files = max(settings.MAX_FILES_PER_JOB * settings.MAX_IMAGE_BYTES, settings.MAX_VIDEO_BYTES)
        limit = files + ROOM_FOR_TEXT
        if length.isdecimal() and int(length[:20]) > limit:
            text = f"The request is larger than {limit // settings.MIB} MB, the limit per request."
            return answer(request, 413, text)
        return self.get_response(request)
