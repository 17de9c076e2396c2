"""A name for each request, in its answer (``X-Request-ID``), its errors and its log lines."""

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
    """The id of the request that this thread answers, or answered last; empty before that."""
    return _current.get()


class RequestIdMiddleware:
    """Takes the id a proxy or client gave, if it is harmless to log, or makes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        # Never taken back: Django logs the answer after this, and the next request sets its own.
        _current.set(given if SANE.fullmatch(given) else secrets.token_hex(8))
        response = self.get_response(request)
        response[HEADER] = current()
        return response


class RequestIdFilter(logging.Filter):
    """Gives log records the field ``request_id`` (``-`` where there is none)."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current() or "-"
        return True
