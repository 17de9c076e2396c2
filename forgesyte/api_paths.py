"""Lets API URLs work with and without a trailing slash."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from forgesyte.problem import API_PREFIX


class OptionalSlashMiddleware:
    """Resolves ``/v1/jobs/`` like ``/v1/jobs``; a redirect would lose the body of a POST."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path == API_PREFIX.removesuffix("/"):
            request.path_info = API_PREFIX
        elif path.startswith(API_PREFIX) and path.endswith("/") and path != API_PREFIX:
            request.path_info = path.removesuffix("/")
        return self.get_response(request)
