"""Sending stored files: to their owner only, in ranges, and never as something that can run."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from jobs import storage
from jobs.intake.sniff import IMAGES, VIDEOS
from jobs.refusal import Refusal
from jobs.web.auth import HEADER
from jobs.web.ranges import NotSatisfiable, parse

CHUNK = 256 * 1024
FILE = OpenApiTypes.BINARY
SHOWN = frozenset(IMAGES)
"""Types that a browser may show; everything else is a download."""
NAMED = SHOWN | frozenset(VIDEOS) | {
    "application/json", "application/pdf", "application/zip", "text/csv", "text/plain",
}  # fmt: skip
"""Types that are sent under their name; a plugin may claim anything else of its files."""
OPAQUE = "application/octet-stream"
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=3600",
}


@dataclass(frozen=True)
class StoredFile:
    """A file as a client gets it. ``etag`` stands for its bytes, which never change."""

    name: str
    etag: str
    content_type: str
    filename: str


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


def send(request: Request, file: StoredFile) -> HttpResponseBase:
    """The file, a range of it (206), or 304. Raises Refusal: 410 when it is gone, 416."""
    tag = f'"{file.etag}"'
    known = get_conditional_response(request._request, etag=tag)
    response = known if known is not None else _with_content(request, file, tag)
    for name, value in SAFE_HEADERS.items():
        response[name] = value
    response["ETag"] = tag
    response["Accept-Ranges"] = "bytes"
    patch_vary_headers(response, ["Cookie", HEADER])
    return response


def send_document(pieces: Iterator[bytes], filename: str) -> HttpResponseBase:
    """A JSON document that is written while it is sent."""
    response = StreamingHttpResponse(pieces, content_type="application/json")
    for name, value in SAFE_HEADERS.items():
        response[name] = value
    response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    response["Accept-Ranges"] = "none"
    patch_vary_headers(response, ["Cookie", HEADER])
    return response


def _with_content(request: Request, file: StoredFile, tag: str) -> HttpResponseBase:
    try:
        stream = storage.open_file(file.name)
    except FileNotFoundError:
        raise Refusal(410, "The file is gone: it was removed from the server.") from None
    size = stream.seek(0, os.SEEK_END)
    try:
        section = _section(request, size, tag)
    except NotSatisfiable:
        stream.close()
        text = f"The range lies outside of the file, which has {size} bytes."
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
    response["Content-Disposition"] = _disposition(file)
    return response


def _section(request: Request, size: int, tag: str) -> tuple[int, int] | None:
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


def _disposition(file: StoredFile) -> str:
    header = content_disposition_header(file.content_type not in SHOWN, file.filename)
    return header or "attachment"
