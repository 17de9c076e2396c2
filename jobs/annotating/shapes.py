"""Serializers of annotations, for answers and requests."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.annotating.rules import LABEL_LENGTH, Draft
from jobs.models import Annotation
from jobs.models.annotation import AnnotationKind, Role


@extend_schema_field({"type": "number"})
class NumberField(serializers.Field):
    """A JSON number, unchanged; DRF's FloatField fails on integers too large for a float."""

    default_error_messages = {"invalid": "This must be a number."}

    def to_internal_value(self, data: Any) -> int | float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


def _numbers(count: int, what: str) -> serializers.ListField:
    return serializers.ListField(
        child=NumberField(), min_length=count, max_length=count, help_text=what, required=False
    )


class AnnotationShape(serializers.Serializer):
    """A box or a point, in pixels of the upright picture."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=AnnotationKind.choices)
    bbox = _numbers(4, "x, y, width, height; of a box.")
    point = _numbers(2, "x, y; of a point.")
    role = serializers.ChoiceField(choices=Role.choices)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field
    created_at = serializers.DateTimeField()

    def to_representation(self, annotation: Annotation) -> dict[str, Any]:
        return {
            "id": str(annotation.pk),
            "kind": annotation.kind,
            **annotation.prompt(),
            "created_at": self.fields["created_at"].to_representation(annotation.created_at),
        }


class AnnotationDraft(serializers.Serializer):
    """A box or a point to put on an image; give either ``bbox`` or ``point``."""

    bbox = _numbers(4, "x, y, width, height, in pixels of the upright picture.")
    point = _numbers(2, "x, y")
    role = serializers.ChoiceField(choices=Role.choices, required=False)
    label = serializers.CharField(  # type: ignore[assignment]  # a field
        allow_blank=True, max_length=LABEL_LENGTH, required=False
    )


def changed(annotation: Annotation, changes: dict[str, Any]) -> Draft:
    """The annotation with these changes applied; a box may become a point."""
    now = annotation.prompt()
    if "bbox" in changes or "point" in changes:
        now.pop("bbox", None)
        now.pop("point", None)
    return Draft(**now | changes)
