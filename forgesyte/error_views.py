"""What answers when no view did: problems for API clients, Django's error pages for people."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.views import csrf, defaults

from forgesyte.problem import answer, is_for_api


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where a request was refused for its size."""
    if isinstance(exception, (RequestDataTooBig, TooManyFilesSent)):
        return answer(request, 413, too_big(exception))
    if is_for_api(request):
        return answer(request, 400, "The request could not be understood.")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    if is_for_api(request):
        return answer(request, 403, str(exception) or "This is not allowed.")
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    if is_for_api(request):
        return no_such_route(request)
    return defaults.page_not_found(request, exception)


def no_such_route(request: HttpRequest) -> HttpResponse:
    """404 for an address under /v1/ that leads nowhere."""
    text = f"There is nothing at {request.path[:200]}. The routes are listed at /v1/schema."
    return answer(request, 404, text)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    if is_for_api(request):
        text = "The server made a mistake. Its log has the reason, under this request's id."
        return answer(request, 500, text)
    return defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that does not come from our own pages."""
    if is_for_api(request):
        return answer(request, 403, f"{reason} Send an API key, or the CSRF token.")
    return csrf.csrf_failure(request, reason)


def too_big(exception: Any) -> str:
    """What to say of a request that is over one of Django's limits."""
    if isinstance(exception, TooManyFilesSent):
        return "Too many files in one request. Send them in several."
    return "The request's text is too large. Only files may be that big."
