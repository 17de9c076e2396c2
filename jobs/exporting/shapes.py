"""Serializers of exports and their formats."""

import contextlib
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.diagnosis import blocked_reason
from jobs.exporting import asking as exports
from jobs.models import Artifact, ItemStatus, Job, JobItem, JobStatus
from jobs.results import document
from jobs.shapes.item import ItemError
from jobs.shapes.links import LinkedSerializer
from plugins_app.manifests.manifest import Tool


class Takes(serializers.ListField):
    """The output kinds that a format accepts."""

    def to_representation(self, chosen: Tool) -> list[str]:  # type: ignore[override]
        return list(exports.takes(chosen))


class FormatShape(serializers.Serializer):
    """A format. Instances are Tools of the server's own plugin."""

    id = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    takes = Takes(
        child=serializers.CharField(),
        source="*",
        help_text="The output kinds of tools that it has a place for.",
    )
    options = serializers.DictField(source="params", help_text="JSON Schema of its options.")


class ExportFileShape(serializers.Serializer):
    """The file of an export."""

    name = serializers.CharField()
    content_type = serializers.CharField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()


class ExportUrls(serializers.Serializer):
    """Links of an export."""

    self = serializers.URLField()
    file = serializers.URLField()
    job = serializers.URLField()
    page = serializers.URLField(help_text="The page for people.")


class ExportSummary(LinkedSerializer):
    """An export in a list. Instances are Jobs with prefetched items, media and artifacts."""

    id = serializers.UUIDField(source="pk")
    job_id = serializers.UUIDField(source="pk", help_text="The job that makes it: the same id.")
    status = serializers.ChoiceField(choices=JobStatus.choices)
    format = serializers.SerializerMethodField()
    options = serializers.SerializerMethodField()
    result_count = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    progress_note = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()
    file = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    status_url = serializers.SerializerMethodField()
    urls = serializers.SerializerMethodField()

    def get_format(self, job: Job) -> str:
        """The id of the format."""
        return str(job.tools[0])

    @extend_schema_field(serializers.DictField())
    def get_options(self, job: Job) -> dict[str, Any]:
        """All options of the format, with defaults for those that were not set."""
        options: dict[str, Any] = job.tool_params[job.tools[0]]
        return options

    def get_result_count(self, job: Job) -> int:
        """The number of selected results."""
        return int(item_of(job).media.blob.probe.get("results", 0))

    def get_progress(self, job: Job) -> float:
        """Progress from 0 to 1."""
        return 1.0 if job.is_final else item_of(job).progress

    def get_progress_note(self, job: Job) -> str:
        """The current step."""
        return item_of(job).progress_note

    @extend_schema_field(ItemError(allow_null=True))
    def get_error(self, job: Job) -> dict[str, str] | None:
        """Why it failed, if it did."""
        return document.error(item_of(job))

    @extend_schema_field(ExportFileShape(allow_null=True))
    def get_file(self, job: Job) -> dict[str, Any] | None:
        """The file once it is made."""
        artifact = file_of(job)
        if artifact is None:
            return None
        return {
            "name": exports.file_name(artifact),
            "content_type": artifact.content_type,
            "size_bytes": artifact.size_bytes,
            "sha256": artifact.sha256,
        }

    @extend_schema_field(serializers.URLField())
    def get_status_url(self, job: Job) -> str:
        """URL of the export, to poll for its progress."""
        return self.link("api-export", job.pk)

    @extend_schema_field(ExportUrls)
    def get_urls(self, job: Job) -> dict[str, str]:
        """Links."""
        names = {"self": "api-export", "file": "api-export-file", "job": "api-job"}
        names |= {"page": "export"}
        return {key: self.link(name, job.pk) for key, name in names.items()}


class ExportShape(ExportSummary):
    """An export and which results were left out."""

    blocked_reason = serializers.SerializerMethodField()
    report = serializers.SerializerMethodField()

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_blocked_reason(self, job: Job) -> str | None:
        """Why a pending export is waiting, as a sentence."""
        return blocked_reason(job)

    @extend_schema_field(serializers.JSONField(allow_null=True))
    def get_report(self, job: Job) -> Any:
        """Once made: the number of results in it, and which were left out and why."""
        return report_of(item_of(job))


def item_of(job: Job) -> JobItem:
    """The one item of an export's job."""
    return next(iter(job.items.all()))


def file_of(job: Job) -> Artifact | None:
    """The export's file among the prefetched artifacts; None before it is made."""
    item = item_of(job)
    made = [one for one in item.artifacts.all() if one.kind == exports.ARTIFACT_KIND]
    for one in made:
        one.item = item
    return made[0] if made else None


def report_of(item: JobItem) -> dict[str, Any] | None:
    """The export's own report; None before it is completed or if its file is gone."""
    if item.status != ItemStatus.COMPLETED:
        return None
    with contextlib.suppress(FileNotFoundError):
        found: dict[str, Any] = document.load(item)
        return found
    return None
