"""Errors as JSON, for API clients: ``application/problem+json`` (RFC 9457)."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist

from forgesyte import request_id

CONTENT_TYPE = "application/problem+json"
API_PREFIX = "/v1/"
RETRY_AFTER_S = {503: 30}


def problem(status: int, detail: str, errors: Iterable[tuple[str, str]] = ()) -> dict[str, Any]:
    """The members of a problem document. ``errors`` are (JSON pointer, sentence) pairs.

    Texts may contain what a client sent, so characters that UTF-8 can't encode (lone surrogates)
    are replaced here.
    """
    members: dict[str, Any] = {
        "type": "about:blank",
        "title": _title(status),
        "status": status,
        "detail": _writable(detail),
        "request_id": request_id.current(),
    }
    if pairs := [{"pointer": _writable(p), "detail": _writable(d)} for p, d in errors]:
        members["errors"] = pairs
    return members


def is_for_api(request: HttpRequest) -> bool:
    """Whether this request's client expects problem documents rather than pages."""
    return request.path_info.startswith(API_PREFIX) or request.path_info == API_PREFIX[:-1]


def answer(
    request: HttpRequest, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """An error outside of the API's views: a problem document under /v1/, elsewhere a page."""
    response: HttpResponse
    if is_for_api(request):
        response = JsonResponse(problem(status, detail), status=status, content_type=CONTENT_TYPE)
    else:
        response = _page(request, status, detail)
    if status in RETRY_AFTER_S:
        response["Retry-After"] = str(RETRY_AFTER_S[status])
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def _page(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    try:
        return render(request, f"{status}.html", {"detail": detail}, status=status)
    except TemplateDoesNotExist:
        return HttpResponse(detail, status=status, content_type="text/plain; charset=utf-8")


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _writable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
