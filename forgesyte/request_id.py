"""An id for each request, in its response (``X-Request-ID``), its errors and its log lines."""

import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The id of this thread's current or latest request; ``""`` before the first."""
    return _current.get()


class RequestIdMiddleware:
    """Uses the id sent by a proxy or client if it is safe to log; otherwise generates one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        # Never reset: Django logs the response after this, and the next request sets its own.
        _current.set(given if SANE.fullmatch(given) else secrets.token_hex(8))
        response = self.get_response(request)
        response[HEADER] = current()
        return response


class RequestIdFilter(logging.Filter):
    """Adds the field ``request_id`` to log records (``-`` if there is none)."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current() or "-"
        return True
