"""Annotations: boxes and points that people put on an image, for tools to start from."""

from typing import Any

from django.db import models

from jobs.ids import new_id
from jobs.models.media import Media
from jobs.models.visible import VisibleQuerySet


class AnnotationKind(models.TextChoices):
    """Shapes."""

    BOX = "box", "Box"
    POINT = "point", "Point"


class Role(models.TextChoices):
    """What an annotation says to a tool."""

    SEGMENT = "segment", "Segment this"
    POSITIVE = "positive", "Positive example"
    NEGATIVE = "negative", "Negative example"


class AnnotationQuerySet(VisibleQuerySet["Annotation"]):
    """They belong to whoever owns the medium."""

    owner = "media__owner"


class Annotation(models.Model):
    """One box or point, in pixels of the upright picture. A point has no width and height."""

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
        """What a tool gets: ``bbox`` ``[x, y, width, height]`` or ``point`` ``[x, y]``."""
        where: dict[str, Any]
        if self.kind == AnnotationKind.POINT:
            where = {"point": [self.x, self.y]}
        else:
            where = {"bbox": [self.x, self.y, self.width, self.height]}
        return {**where, "role": self.role, "label": self.label}
