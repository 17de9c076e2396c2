"""How the API represents a job."""

import contextlib
from dataclasses import dataclass, field
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.diagnosis import blocked_reason
from jobs.models import ItemStatus, Job, JobStatus
from jobs.results import document
from jobs.results.document import JobResult
from jobs.results.state import JobState, states_of
from jobs.shapes.item import ItemError
from jobs.shapes.links import LinkedSerializer

JOB_TYPES = ("image", "video", "mixed", "selection")
"""Kinds of a job's media; an export's medium is a selection of results."""


class JobUrls(serializers.Serializer):
    """Links from a job."""

    self = serializers.URLField()
    items = serializers.URLField()
    result = serializers.URLField()
    cancel = serializers.URLField()
    retry = serializers.URLField()
    page = serializers.URLField(help_text="The job's web page.")


class JobCounts(serializers.Serializer):
    """Number of items by status."""

    total = serializers.IntegerField()
    pending = serializers.IntegerField()
    running = serializers.IntegerField()
    completed = serializers.IntegerField()
    failed = serializers.IntegerField()
    canceled = serializers.IntegerField()
    skipped = serializers.IntegerField()


class JobSummary(LinkedSerializer):
    """A job in a list: its state, without results. Instances are JobStates."""

    job_id = serializers.UUIDField(source="job.pk")
    status = serializers.ChoiceField(choices=JobStatus.choices, source="job.status")
    job_type = serializers.ChoiceField(choices=JOB_TYPES, source="job.job_type")
    plugin_id = serializers.CharField(source="job.plugin_id")
    plugin_version = serializers.CharField(source="job.plugin_version")
    tool = serializers.SerializerMethodField()
    tools = serializers.ListField(child=serializers.CharField(), source="job.tools")
    progress = serializers.FloatField(help_text="0..1, the mean over the items.")
    progress_note = serializers.CharField(source="note", allow_blank=True)
    counts = serializers.SerializerMethodField()
    is_running = serializers.SerializerMethodField()
    processed_count = serializers.SerializerMethodField()
    image_count = serializers.SerializerMethodField()
    current_index = serializers.SerializerMethodField()
    current_image_filename = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()
    error_message = serializers.SerializerMethodField()
    retry_of = serializers.UUIDField(source="job.retry_of_id", allow_null=True)
    created_at = serializers.DateTimeField(source="job.created_at")
    started_at = serializers.DateTimeField(source="job.started_at", allow_null=True)
    finished_at = serializers.DateTimeField(source="job.finished_at", allow_null=True)
    updated_at = serializers.DateTimeField(source="job.updated_at")
    urls = serializers.SerializerMethodField()

    def get_tool(self, state: JobState) -> str:
        """The first of ``tools``."""
        return str(state.job.tools[0])

    @extend_schema_field(JobCounts)
    def get_counts(self, state: JobState) -> dict[str, int]:
        """Number of items by status, and in total."""
        return {"total": state.total} | {s.value: state.counts[s] for s in ItemStatus}

    def get_is_running(self, state: JobState) -> bool:
        """Whether the job has started and not ended."""
        return state.job.status == JobStatus.RUNNING

    def get_processed_count(self, state: JobState) -> int:
        """Number of media that all tools are done with."""
        return state.ended // len(state.job.tools)

    def get_image_count(self, state: JobState) -> int:
        """Number of media."""
        return state.total // len(state.job.tools)

    def get_current_index(self, state: JobState) -> int | None:
        """Index, from 0, of the medium that a tool is working on."""
        return state.current.position // len(state.job.tools) if state.current else None

    def get_current_image_filename(self, state: JobState) -> str | None:
        """File name of the medium that a tool is working on."""
        return state.current.media.filename if state.current else None

    @extend_schema_field(ItemError(allow_null=True))
    def get_error(self, state: JobState) -> dict[str, str] | None:
        """For a failed job, why its first failed item failed."""
        return document.error(state.failure) if state.failure else None

    def get_error_message(self, state: JobState) -> str | None:
        """The message of ``error``."""
        return state.failure.error_message if state.failure else None

    @extend_schema_field(JobUrls)
    def get_urls(self, state: JobState) -> dict[str, str]:
        """Links to the job, its items, result and actions."""
        names = {name: f"api-job-{name}" for name in ("items", "result", "cancel", "retry")}
        names |= {"self": "api-job", "page": "job"}
        return {key: self.link(name, state.job.pk) for key, name in names.items()}


@dataclass
class FullJobState(JobState):
    """A JobState together with the job's result."""

    result: JobResult = field(default_factory=JobResult)


class JobShape(JobSummary):
    """A job with its results. Instances are FullJobStates."""

    params = serializers.DictField(source="job.params", help_text="Parameters as submitted.")
    blocked_reason = serializers.SerializerMethodField()
    results = serializers.SerializerMethodField()
    result_url = serializers.SerializerMethodField()

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_blocked_reason(self, state: FullJobState) -> str | None:
        """Why a pending job waits, in a sentence."""
        return blocked_reason(state.job)

    @extend_schema_field(serializers.JSONField(allow_null=True))
    def get_results(self, state: FullJobState) -> Any:
        """Null until the job ends. One item: the tool's result. Several: a summary of each item."""
        results = state.result.results
        if results is None or state.total == 1:
            return results
        return [row | {"url": self.link("api-item", row["item_id"])} for row in results]

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_result_url(self, state: FullJobState) -> str | None:
        """URL of the result document, if it is too large for ``results``."""
        return self.link("api-job-result", state.job.pk) if state.result.too_large else None


def full_state(job: Job) -> FullJobState:
    """A job's state and result. The result is None if its file is missing."""
    state = states_of([job])[job.pk]
    result = JobResult()
    with contextlib.suppress(FileNotFoundError):
        result = document.of_job(job)
    return FullJobState(**vars(state), result=result)
