"""Annotations: boxes and points that users draw on an image, as input for tools."""

from typing import Any

from django.db import models

from jobs.ids import new_id
from jobs.models.media import Media
from jobs.models.visible import VisibleQuerySet


class AnnotationKind(models.TextChoices):
    BOX = "box", "Box"
    POINT = "point", "Point"


class Role(models.TextChoices):
    """How a tool should use an annotation."""

    SEGMENT = "segment", "Segment this"
    POSITIVE = "positive", "Positive example"
    NEGATIVE = "negative", "Negative example"


class AnnotationQuerySet(VisibleQuerySet["Annotation"]):
    """Annotations, visible to the owner of their medium."""

    owner = "media__owner"


class Annotation(models.Model):
    """One box or point, in pixels of the upright picture. A point has width and height 0."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    media = models.ForeignKey(Media, models.CASCADE, related_name="annotations")
    kind = models.CharField(max_length=8, choices=AnnotationKind, default=AnnotationKind.BOX)
    role = models.CharField(max_length=10, choices=Role, default=Role.SEGMENT)
    label = models.CharField(max_length=100, blank=True)
    x = models.FloatField()
    y = models.FloatField()
    width = models.FloatField(default=0)
    height = models.FloatField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.role} {self.kind} {self.label}".strip()

    def prompt(self) -> dict[str, Any]:
        """What a tool receives: ``bbox`` ``[x, y, width, height]`` or ``point`` ``[x, y]``."""
        where: dict[str, Any]
        if self.kind == AnnotationKind.POINT:
            where = {"point": [self.x, self.y]}
        else:
            where = {"bbox": [self.x, self.y, self.width, self.height]}
        return {**where, "role": self.role, "label": self.label}
