"""Artifacts: files that accompany the JSON result, such as masks, overlays or a preview video."""

from django.db import models

from jobs.ids import new_id
from jobs.models.item import JobItem
from jobs.models.visible import VisibleQuerySet

DRAWN_SIGN = "@"
"""Prefix of the names of pictures that the server draws; a tool's file can't have it."""


class ArtifactQuerySet(VisibleQuerySet["Artifact"]):
    """Artifacts, visible to the owner of their job."""

    owner = "item__job__owner"


class Artifact(models.Model):
    """One file made by a tool; committed together with its item."""

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
        """Whether the server drew this from the result, rather than the tool writing it."""
        return self.name.startswith(DRAWN_SIGN)
