"""The tables of django-q2, for looking into the machinery.

Its own admin lets people enter the dotted names of functions that workers then call, which means
running any code. Here rows can only be viewed; ended tasks can be deleted, failed ones repeated.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django_q.admin import FailAdmin, QueueAdmin, ScheduleAdmin, TaskAdmin, resubmit_task
from django_q.models import Failure, OrmQ, Schedule, Success

from jobs.admin.read_only import CappedPaginator

for model in (Schedule, Success, Failure, OrmQ):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.action(description="Put selected tasks into the queue again", permissions=["resubmit"])
def put_back(model_admin: Any, request: HttpRequest, queryset: Any) -> None:
    """Queue failed tasks again."""
    resubmit_task(model_admin, request, queryset)


class _LookOnly:
    """Neither added nor edited by hand."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _NeverDeleted(_LookOnly):
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Schedule)
class LookOnlySchedule(_NeverDeleted, ScheduleAdmin):
    """What is done regularly."""


@admin.register(Success)
class LookOnlySuccess(_LookOnly, TaskAdmin):
    actions = ()


@admin.register(Failure)
class LookOnlyFailure(_LookOnly, FailAdmin):
    actions = (put_back,)

    def has_resubmit_permission(self, request: HttpRequest) -> bool:
        """People with Django's permission to change a failed task may repeat it."""
        return request.user.has_perm("django_q.change_failure")


@admin.register(OrmQ)
class LookOnlyQueue(_NeverDeleted, QueueAdmin):
    """What waits."""
