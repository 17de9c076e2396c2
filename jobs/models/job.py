"""A Job: one request to run one plugin's tools on some media."""

from django.conf import settings
from django.db import models

from jobs.ids import new_id
from jobs.models.visible import VisibleQuerySet


class JobStatus(models.TextChoices):
    """Job states; the last three are final."""

    PENDING = "pending", "Pending"
    RUNNING = "running", "Running"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    CANCELED = "canceled", "Canceled"


class Priority(models.IntegerChoices):
    """Lower numbers are claimed first."""

    HIGH = 0, "High"
    NORMAL = 10, "Normal"
    LOW = 20, "Low"


class Job(models.Model):
    """The request as it was accepted. Only ``jobs.engine.lifecycle`` writes its ``status``."""

    FINAL = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELED)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="jobs")
    job_type = models.CharField(max_length=12, help_text="image, video, mixed or selection")
    plugin_id = models.CharField(max_length=64)
    plugin_version = models.CharField(max_length=64)
    tools = models.JSONField(help_text="Canonical names of the tools, in the order asked for.")
    params = models.JSONField(default=dict, help_text="Parameters as they were given.")
    tool_params = models.JSONField(
        default=dict, help_text="Per tool: its parameters, checked and with every default."
    )
    priority = models.SmallIntegerField(choices=Priority, default=Priority.NORMAL)
    status = models.CharField(max_length=12, choices=JobStatus, default=JobStatus.PENDING)
    turn = models.BigIntegerField(help_text="Place in the fair order of its first item.")
    total = models.PositiveIntegerField()
    ended = models.PositiveIntegerField(default=0)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    deadline_at = models.DateTimeField(null=True, blank=True)
    retry_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="retries"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = VisibleQuerySet["Job"].as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["owner", "-id"], name="job_of_owner"),
            models.Index(fields=["owner", "-turn"], name="job_turn_of_owner"),
            models.Index(fields=["status", "-id"], name="job_by_status"),
            models.Index(
                fields=["status", "deadline_at"],
                name="job_by_deadline",
                condition=models.Q(deadline_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plugin_id}: {', '.join(self.tools)}"

    @property
    def is_final(self) -> bool:
        """Whether the status can no longer change."""
        return self.status in self.FINAL
