"""The review of jobs in Django's admin. One module per model."""

from django.contrib import admin

from jobs.admin.accounts import SearchedGroupAdmin, SearchedUserAdmin
from jobs.admin.api_key import ApiKeyAdmin
from jobs.admin.blob import BlobAdmin
from jobs.admin.item import JobItemAdmin
from jobs.admin.job import JobAdmin
from jobs.admin.media import MediaAdmin
from jobs.admin.pause import PauseAdmin
from jobs.admin.queue_internals import LookOnlyFailure, LookOnlyQueue, LookOnlySchedule
from jobs.admin.worker import WorkerAdmin

__all__ = [
    "ApiKeyAdmin",
    "BlobAdmin",
    "JobAdmin",
    "JobItemAdmin",
    "LookOnlyFailure",
    "LookOnlyQueue",
    "LookOnlySchedule",
    "MediaAdmin",
    "PauseAdmin",
    "SearchedGroupAdmin",
    "SearchedUserAdmin",
    "WorkerAdmin",
]

admin.site.site_header = "ForgeSyte"
admin.site.site_title = "ForgeSyte"
admin.site.index_title = "Review"
