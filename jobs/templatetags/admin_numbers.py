"""The numbers on the admin's first page."""

from datetime import timedelta
from typing import Any

from django import template
from django.utils import timezone

from jobs.diagnosis import server_problems
from jobs.models import Job, JobStatus, Worker

register = template.Library()


@register.inclusion_tag("admin/numbers.html", takes_context=True)
def admin_numbers(context: dict[str, Any]) -> dict[str, Any]:
    """Jobs that wait, run or failed within a day, and workers alive, for those who may know."""
    user = context["user"]
    numbers: dict[str, Any] = {}
    if user.has_perm("jobs.view_job"):
        day_ago = timezone.now() - timedelta(days=1)
        failed = Job.objects.filter(status=JobStatus.FAILED, finished_at__gte=day_ago)
        numbers |= {
            "may_see_jobs": True,
            "pending": Job.objects.filter(status=JobStatus.PENDING).count(),
            "running": Job.objects.filter(status=JobStatus.RUNNING).count(),
            "failed": failed.count(),
        }
    if user.has_perm("jobs.view_worker"):
        numbers |= {
            "may_see_workers": True,
            "alive": Worker.objects.alive().count(),
            "problems": server_problems(),
        }
    return numbers
