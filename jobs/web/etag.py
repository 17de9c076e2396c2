"""Weak ETags of JSON answers (RFC 9110, section 8.8): polling costs no bytes while nothing
changes."""

import hashlib
from typing import Any

from django.utils.cache import get_conditional_response
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response


def answer(request: Request, data: Any, status: int = 200) -> Response:
    """The data, or 304 if the client already has it (``If-None-Match``)."""
    content = JSONRenderer().render(data) + request.accepted_renderer.format.encode()
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    known = get_conditional_response(request._request, etag=tag) if status == 200 else None
    if known is not None and known.status_code == 304:
        response = Response(status=304)
    else:
        response = Response(data, status=status)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response
