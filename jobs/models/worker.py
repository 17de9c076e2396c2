"""Worker nodes, as they report themselves."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from jobs.ids import new_id
from jobs.models.item import ItemStatus, JobItem

ALIVE_FOR = timedelta(seconds=12)
"""A node without a heartbeat for longer than this counts as gone."""


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> "WorkerQuerySet":
        """Nodes whose last heartbeat is recent."""
        return self.filter(seen_at__gte=timezone.now() - ALIVE_FOR, stopped_at__isnull=True)


class Worker(models.Model):
    """One ``manage.py worker``: its processes, lanes and plugins, with a heartbeat."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    host = models.CharField(max_length=128)
    machine = models.CharField(
        max_length=32, help_text="Where this node's process ids mean something."
    )
    pid = models.PositiveIntegerField()
    processes = models.PositiveSmallIntegerField()
    lanes = models.JSONField(default=list)
    plugins = models.JSONField(default=dict, help_text="id -> version and digest")
    version = models.CharField(max_length=64)
    disk_is_full = models.BooleanField(
        default=False, help_text="Less is free than its floor, so it takes nothing."
    )
    started_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"

    def holds(self) -> models.QuerySet[JobItem]:
        """The items that its processes are running."""
        part = f":{str(self.pk)[-8:]}:"
        running = JobItem.objects.filter(status=ItemStatus.RUNNING, worker__contains=part)
        return running.order_by("lease_until")  # this order has an index
