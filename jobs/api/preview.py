"""How it is told what a job would do, before it is submitted."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.results.changes import Decision
from jobs.shapes.item import ReusedResult
from jobs.shapes.links import LinkedSerializer


class DecisionShape(LinkedSerializer):
    """One medium under one tool."""

    media_id = serializers.UUIDField(source="media.pk")
    filename = serializers.CharField(source="media.filename")
    tool = serializers.CharField(source="tool.id")
    run = serializers.BooleanField(help_text="Whether it would run; else it would be skipped.")
    why = serializers.CharField()
    reused = serializers.SerializerMethodField()

    @extend_schema_field(ReusedResult(allow_null=True))
    def get_reused(self, decision: Decision) -> dict[str, str] | None:
        """The result that still holds."""
        if decision.reuse is None:
            return None
        url = self.link("api-item-result", decision.reuse.pk)
        return {"item_id": str(decision.reuse.pk), "result_url": url}


class ReasonShape(serializers.Serializer):
    """A reason, and for how many items it holds."""

    run = serializers.BooleanField()
    why = serializers.CharField()
    count = serializers.IntegerField()


class PreviewShape(LinkedSerializer):
    """What a job would run and skip."""

    to_run = serializers.IntegerField()
    to_skip = serializers.IntegerField()
    reasons = ReasonShape(many=True)
    items = DecisionShape(many=True, source="decisions")
