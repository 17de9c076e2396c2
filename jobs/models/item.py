"""A JobItem: one medium and one tool. The row *is* the queue entry."""

from django.db import models

from jobs.ids import new_id
from jobs.models.job import Job, Priority
from jobs.models.media import Media
from jobs.models.visible import VisibleQuerySet


class ItemStatus(models.TextChoices):
    """Item states; all but the first two are final."""

    PENDING = "pending", "Pending"
    RUNNING = "running", "Running"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    CANCELED = "canceled", "Canceled"
    SKIPPED = "skipped", "Skipped"


class Reason(models.TextChoices):
    """Why an item failed."""

    UNDECODABLE = "undecodable", "The file could not be decoded"
    TOO_LARGE = "too_large", "Too large"
    UNSUPPORTED_INPUT = "unsupported_input", "The tool does not take this input"
    INVALID_PARAMS = "invalid_params", "Invalid parameters"
    TOOL_ERROR = "tool_error", "The tool reported an error"
    PLUGIN_CRASHED = "plugin_crashed", "The plugin crashed"
    TIMEOUT = "timeout", "The time limit was reached"
    OUT_OF_MEMORY = "out_of_memory", "The memory limit was reached"
    WORKER_LOST = "worker_lost", "The worker was lost"
    PLUGIN_UNAVAILABLE = "plugin_unavailable", "The plugin is unavailable"
    EXPIRED = "expired", "The deadline passed"


class JobItemQuerySet(VisibleQuerySet["JobItem"]):
    """Items, visible to the owner of their job."""

    owner = "job__owner"


class JobItem(models.Model):
    """One unit of work. Only ``jobs.engine.lifecycle`` writes ``status`` and ``token``.

    ``token`` is a fencing token: its holder may commit, and only while the row still has it.
    ``run_after`` is NULL if the item is ready; otherwise it waits until that time.
    """

    FINAL = (
        ItemStatus.COMPLETED,
        ItemStatus.FAILED,
        ItemStatus.CANCELED,
        ItemStatus.SKIPPED,
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.ForeignKey(Job, models.CASCADE, related_name="items")
    media = models.ForeignKey(Media, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    plugin_id = models.CharField(max_length=64)
    tool = models.CharField(max_length=64)
    lane = models.CharField(max_length=32, default="cpu")
    priority = models.SmallIntegerField(choices=Priority, default=Priority.NORMAL)
    turn = models.BigIntegerField()
    status = models.CharField(max_length=12, choices=ItemStatus, default=ItemStatus.PENDING)
    run_after = models.DateTimeField(null=True, blank=True)

    attempt = models.PositiveSmallIntegerField(default=0)
    token = models.CharField(max_length=32, blank=True)
    worker = models.CharField(max_length=128, blank=True, help_text="host:pid that holds it")
    lease_until = models.DateTimeField(null=True, blank=True)

    progress = models.FloatField(default=0.0)
    progress_note = models.CharField(max_length=200, blank=True)
    error_type = models.CharField(max_length=24, choices=Reason, blank=True)
    error_message = models.TextField(blank=True)

    result = models.FileField(max_length=255, blank=True)
    result_size_bytes = models.PositiveBigIntegerField(default=0)
    result_sha256 = models.CharField(max_length=64, blank=True)
    log = models.TextField(blank=True, help_text="What the plugin printed (its last part).")
    run = models.JSONField(default=dict, blank=True, help_text="What made this result.")
    reused = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reused_by"
    )

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobItemQuerySet.as_manager()

    class Meta:
        ordering = ["job_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["job", "position"], name="one_item_per_place")
        ]
        indexes = [
            # Claiming reads the head of this index and nothing else.
            models.Index(
                fields=["priority", "turn", "id"],
                name="item_ready",
                condition=models.Q(status="pending", run_after__isnull=True),
            ),
            models.Index(
                fields=["run_after"],
                name="item_waits_for_its_time",
                condition=models.Q(status="pending", run_after__isnull=False),
            ),
            models.Index(
                fields=["lease_until"], name="item_leased", condition=models.Q(status="running")
            ),
            models.Index(
                fields=["-started_at"],
                name="item_last_claimed",
                condition=models.Q(started_at__isnull=False),
            ),
            # Few among many rows, and what people look for.
            models.Index(fields=["-id"], name="item_failed", condition=models.Q(status="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.plugin_id}/{self.tool} #{self.position}"

    @property
    def is_final(self) -> bool:
        """Whether the status can no longer change."""
        return self.status in self.FINAL
