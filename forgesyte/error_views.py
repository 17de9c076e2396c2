"""Error responses outside of views: problem documents for API clients, pages for browsers."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.views import csrf, defaults

from forgesyte.problem import answer, is_for_api


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 if the request was refused because of its size."""
    if isinstance(exception, (RequestDataTooBig, TooManyFilesSent)):
        return answer(request, 413, too_big(exception))
    if is_for_api(request):
        return answer(request, 400, "The request could not be understood.")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_api(request):
        return answer(request, 403, str(exception) or "This is not allowed.")
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_api(request):
        return no_such_route(request)
    return defaults.page_not_found(request, exception)


def no_such_route(request: HttpRequest) -> HttpResponse:
    """404 for a URL under /v1/ that has no route."""
    text = f"There is nothing at {request.path[:200]}. The routes are listed at /v1/schema."
    return answer(request, 404, text)


def server_error(request: HttpRequest) -> HttpResponse:
    if is_for_api(request):
        text = "The server had an internal error. See its log under this request's id."
        return answer(request, 500, text)
    return defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was not sent from our own pages."""
    if is_for_api(request):
        return answer(request, 403, f"{reason} Send an API key, or the CSRF token.")
    return csrf.csrf_failure(request, reason)


def too_big(exception: Any) -> str:
    """The message for a request that exceeds one of Django's limits."""
    if isinstance(exception, TooManyFilesSent):
        return "Too many files in one request. Send them in several."
    return "The request's text fields are too large. Only files may be that large."
