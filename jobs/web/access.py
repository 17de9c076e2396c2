"""Who may see a page: people who are logged in, and each only their own things."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django_htmx.http import HttpResponseClientRefresh

from jobs.models import Job, JobItem

View = Callable[..., HttpResponseBase]


def member_required(view: View) -> View:
    """Send strangers to the login page.

    A page that updates itself is told to load anew when its session is over; a redirect would put
    the login page into the middle of it.
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


def own_job(request: HttpRequest, job_id: UUID) -> Job:
    """The job, if it is theirs; else 404, as if it did not exist."""
    return get_object_or_404(Job, pk=job_id, owner=member(request))


def own_item(request: HttpRequest, job_id: UUID, item_id: UUID) -> JobItem:
    """An item of a job of theirs with its job and medium; else 404."""
    items = JobItem.objects.select_related("job", "media__blob")
    return get_object_or_404(items, pk=item_id, job_id=job_id, job__owner=member(request))
