"""Who may see a page: people who are logged in, each only what is theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.http import HttpResponseClientRefresh

View = Callable[..., HttpResponseBase]


def member_required(view: View) -> View:
    """Redirect people who are not logged in to the login page.

    A page that updates itself is reloaded when its session is over; a redirect would put the login
    page in the middle of it.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.headers.get("HX-Request"):
            return HttpResponseClientRefresh()
        return redirect_to_login(request.get_full_path())

    return guarded


def member(request: HttpRequest) -> User:
    """The person behind a request that passed ``member_required``."""
    return cast("User", request.user)
