"""Artifacts: files beside the JSON result, such as masks, overlays or a preview video."""

from django.db import models

from jobs.ids import new_id
from jobs.models.item import JobItem
from jobs.models.visible import VisibleQuerySet

DRAWN_SIGN = "@"
"""How names of pictures drawn from a result begin; no tool's file can have it."""


class ArtifactQuerySet(VisibleQuerySet["Artifact"]):
    """They belong to whoever owns the job."""

    owner = "item__job__owner"


class Artifact(models.Model):
    """One file that a tool made; committed together with its item."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(JobItem, models.CASCADE, related_name="artifacts")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=32, help_text="picture, video, table, ...")
    content_type = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(max_length=255)

    objects = ArtifactQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["item", "name"], name="one_artifact_per_name")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_drawn(self) -> bool:
        """Whether the server drew it from the result, so that it is no file of the tool."""
        return self.name.startswith(DRAWN_SIGN)
