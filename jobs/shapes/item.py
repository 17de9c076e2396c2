"""How the API represents an item: one medium and one tool."""

import contextlib
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.models import Artifact, ItemStatus, JobItem, Reason
from jobs.results import document
from jobs.shapes.links import LinkedSerializer


class ItemError(serializers.Serializer):
    """Why an item failed."""

    type = serializers.ChoiceField(choices=Reason.choices)
    message = serializers.CharField()


class ArtifactShape(LinkedSerializer):
    """A file that a tool made in addition to its result."""

    name = serializers.CharField()
    kind = serializers.CharField()
    content_type = serializers.CharField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    url = serializers.SerializerMethodField()

    def get_url(self, artifact: Artifact) -> str:
        """URL of the file."""
        return self.link("api-artifact", artifact.item_id, artifact.name)


class ReusedResult(serializers.Serializer):
    """The earlier result that is reused for a skipped item."""

    item_id = serializers.UUIDField()
    result_url = serializers.URLField()


class ItemSummary(LinkedSerializer):
    """An item in a list: its state, without the result itself."""

    id = serializers.UUIDField()
    job_id = serializers.UUIDField()
    media_id = serializers.UUIDField()
    filename = serializers.CharField(source="media.filename")
    position = serializers.IntegerField(help_text="The item's place in the job, from 0.")
    tool = serializers.CharField()
    status = serializers.ChoiceField(choices=ItemStatus.choices)
    attempt = serializers.IntegerField(help_text="How many times it has been started.")
    progress = serializers.FloatField(help_text="0..1")
    error = serializers.SerializerMethodField()
    result_url = serializers.SerializerMethodField()
    reused = serializers.SerializerMethodField()
    skipped_because = serializers.SerializerMethodField()
    artifacts = serializers.SerializerMethodField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    url = serializers.SerializerMethodField()

    @extend_schema_field(ItemError(allow_null=True))
    def get_error(self, item: JobItem) -> dict[str, str] | None:
        """Why the item failed; null if it didn't."""
        return document.error(item)

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_result_url(self, item: JobItem) -> str | None:
        """URL of the result document; null until there is one."""
        return self.link("api-item-result", item.pk) if item.result else None

    @extend_schema_field(ReusedResult(allow_null=True))
    def get_reused(self, item: JobItem) -> dict[str, str] | None:
        """For a skipped item, the earlier result that is still valid."""
        if item.reused_id is None:
            return None
        url = self.link("api-item-result", item.reused_id)
        return {"item_id": str(item.reused_id), "result_url": url}

    @extend_schema_field(ArtifactShape(many=True))
    def get_artifacts(self, item: JobItem) -> Any:
        """Files that the tool made; pictures drawn by the server have their own routes."""
        made = [one for one in item.artifacts.all() if not one.is_drawn]
        return ArtifactShape(made, many=True, context=self.context).data

    def get_skipped_because(self, item: JobItem) -> str | None:
        """Why the item was skipped; null if it wasn't."""
        return item.error_message if item.status == ItemStatus.SKIPPED else None

    @extend_schema_field(serializers.URLField())
    def get_url(self, item: JobItem) -> str:
        """URL of this item, with its result and run record."""
        return self.link("api-item", item.pk)


class ItemShape(ItemSummary):
    """An item with its result and the record of the run that made it."""

    result = serializers.SerializerMethodField()
    run = serializers.DictField(help_text="What produced the result: code, weights, input, params.")
    log = serializers.CharField(help_text="The last part of what the plugin printed.")

    @extend_schema_field(serializers.JSONField(allow_null=True))
    def get_result(self, item: JobItem) -> Any:
        """The tool's result; null if over 1 MiB (see result_url) or if its file is missing."""
        if not item.result or item.result_size_bytes > settings.MAX_RESULT_INLINE_BYTES:
            return None
        with contextlib.suppress(FileNotFoundError):
            return document.load(item)
        return None


class HistoryItem(ItemSummary):
    """A result in an image's history, with the record of its run."""

    plugin_id = serializers.CharField()
    run = serializers.DictField(help_text="What produced it: code, weights, annotations, params.")
