"""ForgeSyte's database models, one file per concept."""

from jobs.models.annotation import Annotation
from jobs.models.api_key import ApiKey
from jobs.models.artifact import Artifact
from jobs.models.item import ItemStatus, JobItem, Reason
from jobs.models.job import Job, JobStatus, Priority
from jobs.models.media import UPLOAD_CHOICES, UPLOAD_KINDS, Blob, Media, MediaKind
from jobs.models.pause import Pause
from jobs.models.tag import Tag
from jobs.models.worker import Worker

__all__ = [
    "UPLOAD_CHOICES",
    "UPLOAD_KINDS",
    "Annotation",
    "ApiKey",
    "Artifact",
    "Blob",
    "ItemStatus",
    "Job",
    "JobItem",
    "JobStatus",
    "Media",
    "MediaKind",
    "Pause",
    "Priority",
    "Reason",
    "Tag",
    "Worker",
]
