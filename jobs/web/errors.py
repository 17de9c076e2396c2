"""Every error of the API as a problem (RFC 9457)."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFilesSent,
    ValidationError,
)
from django.http import Http404
from django.http.request import UnreadablePostError
from rest_framework import exceptions
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from forgesyte.error_views import too_big
from forgesyte.problem import CONTENT_TYPE, RETRY_AFTER_S, problem
from jobs.refusal import Pairs, Refusal
from plugins_app.jsonvalues import json_pointer

PAGES = ("api", "html")
"""Formats of renderers that make pages."""
NOT_FOUND = "There is no such object, or it is not yours."
LISTED_AT_MOST = 100
"""A request may be wrong in ten thousand places; so many are told."""


class ProblemResponse(Response):
    """A problem as JSON, whatever else the view gives; people in a browser see it on a page."""

    @property
    def rendered_content(self) -> Any:
        if self.accepted_renderer.format not in PAGES:
            self.accepted_renderer = JSONRenderer()
            self.content_type = CONTENT_TYPE
        return super().rendered_content


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The answer for an exception; None lets what we don't know become a 500."""
    found = _problem(exc, context)
    if found is None:
        return None
    status, detail, errors = found
    headers = dict(getattr(exc, "headers", {}))
    if isinstance(exc, APIException):
        headers |= _headers(exc)
    if status in RETRY_AFTER_S:
        headers.setdefault("Retry-After", str(RETRY_AFTER_S[status]))
    body = problem(status, detail, errors[:LISTED_AT_MOST])
    return ProblemResponse(body, status=status, headers=headers)


def _problem(exc: Exception, context: dict[str, Any]) -> tuple[int, str, Pairs] | None:
    match exc:
        case Refusal():
            return exc.status, exc.message, exc.errors
        case APIException():
            return _from_drf(exc, context)
        case Http404():
            return 404, NOT_FOUND, []
        case PermissionDenied():
            return 403, str(exc) or "This is not allowed.", []
        case RequestDataTooBig() | TooManyFilesSent():
            return 413, too_big(exc), []
        case SuspiciousOperation():
            return 400, "The request could not be understood.", []
        case UnreadablePostError():
            return 400, "The connection ended before the whole request had arrived.", []
        case ValidationError():
            return 400, " ".join(exc.messages), []
    return None


def _from_drf(exc: APIException, context: dict[str, Any]) -> tuple[int, str, Pairs]:
    status = exc.status_code
    match exc:
        case exceptions.ValidationError():
            errors = list(_flat(exc.detail))
            return status, _summary(errors), errors
        case exceptions.UnsupportedMediaType():
            taken = " or ".join(p.media_type for p in context["view"].parser_classes)
            return status, f"{exc.detail} Send {taken}.", []
        case exceptions.NotAcceptable():
            given = " or ".join(r.media_type for r in context["view"].renderer_classes)
            return status, f"{exc.detail} This route answers with {given}.", []
        case exceptions.NotAuthenticated():
            return status, "Log in, or send an API key in the header X-API-Key.", []
    return status, str(exc.detail), []


def _headers(exc: APIException) -> dict[str, str]:
    headers: dict[str, str] = {}
    if header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


def _flat(detail: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, str]]:
    """DRF's nested error details as (JSON pointer, sentence) pairs."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, path if name == "non_field_errors" else (*path, name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flat(inner, path)
    else:
        yield json_pointer(path), str(detail)


def _summary(errors: Pairs) -> str:
    pointer, text = errors[0]
    first = f"{pointer.removeprefix('/')}: {text}" if pointer else text
    return first if len(errors) == 1 else f"{first} ({len(errors) - 1} more in errors.)"
