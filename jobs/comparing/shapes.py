"""Serializers for comparisons of two results and of two jobs."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.models import ItemStatus, JobItem
from jobs.shapes.links import LinkedSerializer
from plugins_app.outputs import NAMES


class Counts(serializers.Serializer):
    """The number of things in each state."""

    same = serializers.IntegerField()
    moved = serializers.IntegerField(help_text="The same thing in another place.")
    changed = serializers.IntegerField(help_text="With another label or text.")
    gone = serializers.IntegerField(help_text="Only in the first.")
    new = serializers.IntegerField(help_text="Only in the second.")


class ComparedItem(LinkedSerializer):
    """One of the two compared results."""

    id = serializers.UUIDField()
    job_id = serializers.UUIDField()
    plugin_id = serializers.CharField()
    tool = serializers.CharField()
    status = serializers.ChoiceField(choices=ItemStatus.choices)
    finished_at = serializers.DateTimeField(allow_null=True)
    url = serializers.SerializerMethodField()

    @extend_schema_field(serializers.URLField())
    def get_url(self, item: JobItem) -> str:
        """Where this item is."""
        return self.link("api-item", item.pk)


class ResultComparison(LinkedSerializer):
    """What differs between two results."""

    a = ComparedItem()
    b = ComparedItem()
    identical = serializers.BooleanField(help_text="The results are the same bytes.")
    kind = serializers.ChoiceField(choices=NAMES)
    counts = Counts()
    things = serializers.ListField(
        child=serializers.DictField(),
        help_text="Each with its `state`, and `before` and `after`; by kind `iou`, `shift`, "
        "`pieces`, `switches`, `oks` and `distance` (of keypoints: how alike, 0 to 1, and how far "
        "apart in pixels). Of `json`, only what differs.",
    )
    left_out = serializers.IntegerField(
        help_text="Things that were not compared: malformed, or too many."
    )
    similarity = serializers.FloatField(required=False, help_text="Of texts: 0..1.")
    characters = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text="Of texts: same, gone, new."
    )
    frames = serializers.IntegerField(required=False, help_text="Of tracks.")
    objects = Counts(required=False, help_text="Of tracks: boxes of single frames.")
    mean_iou = serializers.FloatField(required=False, allow_null=True, help_text="Of tracks.")
    id_switches = serializers.IntegerField(
        required=False, help_text="Of tracks, as CLEAR MOT counts them."
    )


class ComparedPair(LinkedSerializer):
    """The two jobs' results of one medium and tool."""

    media_id = serializers.UUIDField(source="row.item.media_id")
    filename = serializers.CharField(source="row.item.media.filename")
    tool = serializers.CharField(source="row.item.tool")
    a = ComparedItem(source="row.a", allow_null=True)
    b = ComparedItem(source="row.b", allow_null=True)
    identical = serializers.BooleanField(allow_null=True, help_text="Null where one has no result.")
    kind = serializers.CharField(required=False, help_text="As of two results.")
    counts = Counts(allow_null=True, help_text="Null where it was not compared.")
    note = serializers.CharField(help_text="Why it was not compared; empty if it was.")

    def to_representation(self, compared: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(compared)
        if not shown.get("kind"):
            shown.pop("kind", None)
        return shown


class JobComparison(serializers.Serializer):
    """A page of the differences between two jobs."""

    next = serializers.URLField(allow_null=True)
    results = ComparedPair(many=True)
