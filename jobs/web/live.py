"""Parts of a page that update themselves: htmx polls them, and they are sent only when changed."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django_htmx.http import HTMX_STOP_POLLING

from jobs.web.access import View

PARAMETER = "live"
"""The query parameter by which a page asks for its part, with the version it shows."""


@dataclass(frozen=True)
class LivePart:
    """A rendered part: ``poll_url`` is empty when it will not change any more."""

    html: str
    version: str
    poll_url: str
    every_s: int


def live_page(
    request: HttpRequest,
    page: str,
    part: str,
    context: dict[str, Any],
    *,
    ended: bool,
    every_s: int = 1,
) -> HttpResponse:
    """The whole ``page``, or, when it polls, only its ``part``.

    204 when nothing changed since the version that is shown, 286 (htmx's "stop polling") with the
    part's last state.
    """
    html = render_to_string(part, context, request)
    version = hashlib.sha256(html.encode()).hexdigest()[:16]
    query = request.GET.copy()
    shown = query.pop(PARAMETER, None)
    query[PARAMETER] = version
    poll_url = "" if ended else f"{request.path}?{query.urlencode()}"
    live = LivePart(html, version, poll_url, every_s)
    if shown is None:
        return render(request, page, {**context, "live": live})
    if shown == [version] and not ended:
        return HttpResponse(status=204)
    status = HTMX_STOP_POLLING if ended else 200
    response = render(request, "_live.html", {"live": live}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def told_when_deleted(thing: str, listed: str) -> Callable[[View], View]:
    """Tell an open page that the ``thing`` it shows was deleted, and stop its polling.

    The part then links to the page named ``listed``. Opening the address again gives 404.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, *args, **kwargs)
            except Http404:
                if PARAMETER not in request.GET or not request.headers.get("HX-Request"):
                    raise
                context = {"thing": thing, "listed": listed}
                status = HTMX_STOP_POLLING
                response = render(request, "_live_deleted.html", context, status=status)
                response["Cache-Control"] = "no-store"
                return response

        return told

    return decorate
