"""The jobs: listing one's own, and submitting new ones."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from jobs import intake
from jobs.api.run_request import JobRequest, JobUpload, UploadForm, plan_for, read_form
from jobs.models import UPLOAD_KINDS, Job, JobItem, JobStatus, MediaKind
from jobs.results.state import states_of
from jobs.shapes.job import JOB_TYPES, JobShape, JobSummary
from jobs.submission import submit
from jobs.web.accepted import accepted
from jobs.web.body import read_json
from jobs.web.cursor import Cursor
from jobs.web.openapi_parts import PREFER, UPLOAD_ERRORS, problems
from jobs.web.own import media_of
from jobs.web.parsers import JSONParser
from jobs.web.uploads import files_of, run_on_files

LISTED_TYPES = [kind for kind in JOB_TYPES if kind != MediaKind.SELECTION]
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def storable(moment: datetime) -> None:
    """Databases can't shift times at the ends of the calendar to UTC."""
    if not EARLIEST <= moment <= LATEST:
        raise ValidationError("This time is out of range.")


class JobFilters(django_filters.FilterSet):
    """Filters of the job list."""

    status = django_filters.ChoiceFilter(choices=JobStatus.choices)
    plugin_id = django_filters.CharFilter(max_length=64)
    tool = django_filters.CharFilter(method="with_tool", max_length=64, label="Tool")
    job_type = django_filters.ChoiceFilter(choices=[(kind, kind) for kind in LISTED_TYPES])
    created_after = django_filters.IsoDateTimeFilter(
        "created_at", "gte", label="Created at or after", validators=[storable]
    )
    created_before = django_filters.IsoDateTimeFilter(
        "created_at", "lt", label="Created before", validators=[storable]
    )

    class Meta:
        model = Job
        fields: list[str] = []
        form = forms.Form

    def with_tool(self, jobs: QuerySet[Job], _name: str, tool: str) -> QuerySet[Job]:
        """Jobs that run this tool. (SQLite can't look into the JSON list of tools.)"""
        return jobs.filter(Exists(JobItem.objects.filter(job=OuterRef("pk"), tool=tool)))


class JobList(ListAPIView):
    """Your jobs, newest first; and new ones. Exports have a list of their own."""

    name = "Jobs"
    queryset = Job.objects.none()
    pagination_class = Cursor
    filterset_class = JobFilters
    parser_classes = [JSONParser, MultiPartParser]

    def get_queryset(self) -> QuerySet[Job]:
        if not self.request.user.is_authenticated:
            return Job.objects.none()
        return Job.objects.filter(owner=self.request.user).exclude(job_type=MediaKind.SELECTION)

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        """What the browsable API offers as a form for a POST."""
        return UploadForm if self.request.method == "POST" else JobSummary

    @extend_schema(
        operation_id="list_jobs",
        summary="Your jobs",
        responses={200: JobSummary(many=True), **problems(400)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Your jobs, newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        jobs: list[Job] = list(page or [])
        states = states_of(jobs)
        rows = [states[job.pk] for job in jobs]
        shown = JobSummary(rows, many=True, context={"request": request})
        return self.get_paginated_response(shown.data)

    @extend_schema(
        operation_id="create_job",
        summary="Submit a job",
        parameters=[PREFER],
        request={"application/json": JobRequest, "multipart/form-data": JobUpload},
        responses={200: JobShape, 202: JobShape, **problems(*UPLOAD_ERRORS)},
    )
    def post(self, request: Request) -> Response:
        """Submit a job: on files that come along, or on media of your library.

        The answer is 202 with the job's address, or 200 when it has ended (`Prefer: wait=N`).
        """
        is_form = (request.content_type or "").startswith("multipart/")
        job = _on_files(request) if is_form else _on_media(request)
        return accepted(request, job)


def _on_files(request: Request) -> Job:
    wanted = read_form(request)
    files = files_of(request)
    kinds = intake.kinds_of(files) or {MediaKind.IMAGE}
    return run_on_files(request.user, plan_for(request, wanted, kinds), files, UPLOAD_KINDS)


def _on_media(request: Request) -> Job:
    wanted = read_json(request, JobRequest)
    media = media_of(request, wanted)
    plan = plan_for(request, wanted, {medium.kind for medium in media})
    return submit(request.user, plan, media)
