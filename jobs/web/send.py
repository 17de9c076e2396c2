"""Sends stored files to pages, API and admin: in ranges, and never as something that can run."""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import IO, Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from jobs import browser, storage
from jobs.downloads import StoredFile
from jobs.refusal import Refusal
from jobs.web.auth import HEADER
from jobs.web.ranges import NotSatisfiable, parse
from plugins_app.sdk.signatures import IMAGES, VIDEOS

CHUNK = 256 * 1024
FILE = OpenApiTypes.BINARY
NAMED = frozenset(one.content_type for one in (*IMAGES, *VIDEOS)) | {
    "application/json", "application/pdf", "application/zip", "text/csv", "text/plain",
}  # fmt: skip
"""Types that are sent under their name; a plugin may claim anything else of its files."""
OPAQUE = "application/octet-stream"
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}
VIDEO_POLICY = (
    "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox allow-same-origin"
)
"""Around a video that is opened by itself a browser makes a page, which must be allowed to load
it once more. No script runs in that page either."""
MAX_AGE_S = 3600


class AnyAccept(BaseContentNegotiation):
    """Files are what they are, whatever ``Accept`` says; errors are JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0] if parsers else None

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


SENDS_FILE: dict[str, Any] = {
    "renderer_classes": [JSONRenderer],
    "content_negotiation_class": AnyAccept,
}
"""What a route is told that sends a stored file: ``@action(detail=True, **SENDS_FILE)``."""


def send(
    request: HttpRequest | Request, file: StoredFile, max_age_s: int = MAX_AGE_S
) -> HttpResponseBase:
    """The file, a range of it (206), or 304. Raises Refusal: 410 if it is gone, 416.

    ``max_age_s`` is how long, in seconds, the browser may use it without asking again.
    """
    asked: HttpRequest = getattr(request, "_request", request)
    tag = f'"{file.etag}"'
    known = get_conditional_response(asked, etag=tag)
    response = known if known is not None else _with_content(asked, file, tag)
    response["ETag"] = tag
    _seal(response, "bytes", max_age_s)
    if file.content_type in browser.VIDEOS:
        response["Content-Security-Policy"] = VIDEO_POLICY
    return response


def send_document(
    pieces: Iterable[bytes], filename: str, content_type: str = "application/json"
) -> HttpResponseBase:
    """A download that is generated while it is sent."""
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    _seal(response, "none", MAX_AGE_S)
    return response


def sends_file(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For views of pages and the admin: a Refusal becomes 404, or 416 for a bad range."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(*args, **kwargs)
        except Refusal as refused:
            if refused.status != 416:
                raise Http404(refused.message) from refused
            return HttpResponse(refused.message, "text/plain", status=416, headers=refused.headers)

    return answered


def _seal(response: HttpResponseBase, ranges: str, max_age_s: int) -> None:
    for name, value in SAFE_HEADERS.items():
        response[name] = value
    response["Cache-Control"] = f"private, max-age={max_age_s}"
    response["Accept-Ranges"] = ranges
    patch_vary_headers(response, ["Cookie", HEADER])


def _with_content(request: HttpRequest, file: StoredFile, tag: str) -> HttpResponseBase:
    try:
        stream = storage.open_file(file.name)
    except FileNotFoundError:
        raise Refusal(410, "The file is gone: it was removed from the server.") from None
    size = stream.seek(0, os.SEEK_END)
    try:
        section = _section(request, size, tag)
    except NotSatisfiable:
        stream.close()
        text = f"The range is outside the file, which has {size} bytes."
        raise Refusal(416, text, Content_Range=f"bytes */{size}") from None
    start, end = section or (0, size)
    response: HttpResponseBase
    if request.method == "HEAD":
        stream.close()
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(_bytes(stream, start, end))
    response.status_code = 206 if section else 200
    if section:
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response["Content-Length"] = str(end - start)
    response["Content-Type"] = file.content_type if file.content_type in NAMED else OPAQUE
    shown = browser.shows(file.content_type, file.codec)
    header = content_disposition_header(not shown, file.filename)
    response["Content-Disposition"] = header or "attachment"
    return response


def _section(request: HttpRequest, size: int, tag: str) -> tuple[int, int] | None:
    """The range that was asked for; ``If-Range`` drops it when the client has another version."""
    if request.method != "GET" or request.headers.get("If-Range", tag) != tag:
        return None
    return parse(request.headers.get("Range", ""), size)


def _bytes(stream: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    with stream:
        stream.seek(start)
        left = end - start
        while left > 0 and (piece := stream.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece
