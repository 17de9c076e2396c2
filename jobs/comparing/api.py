"""The API that compares two results of one image or video, or two jobs over the same media."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from jobs.comparing.items import compare_items
from jobs.comparing.jobs import compare_jobs
from jobs.comparing.shapes import JobComparison, ResultComparison
from jobs.models import Job, JobItem
from jobs.web.etag import answer
from jobs.web.openapi_parts import IF_NONE_MATCH, problems

ERRORS = problems(400, 404, 409, 410, 503)


class Two(serializers.Serializer):
    """The two results or jobs to compare."""

    a = serializers.UUIDField(help_text="The first, usually the earlier one.")
    b = serializers.UUIDField(help_text="The second.")


class TwoJobs(Two):
    """The two jobs to compare, and which page of the comparison to show."""

    cursor = serializers.CharField(required=False, max_length=12, help_text="From `next`.")
    only_changed = serializers.BooleanField(
        required=False, help_text="Leave out what has the same result in both."
    )


class CompareViewSet(ViewSet):
    """Compares two results or two jobs."""

    @extend_schema(
        operation_id="compare_results",
        summary="What differs between two results",
        parameters=[Two, IF_NONE_MATCH],
        responses={200: ResultComparison, 304: None, **ERRORS},
    )
    @action(detail=False, name="Compare results")
    def results(self, request: Request) -> Response:
        """Both must be of the same image or video. Boxes and masks are matched by their overlap (at
        least 0.3; for tracks, 0.5 in each frame), codes by format and text, lines of text by their
        characters."""
        wanted = _asked(request, Two)
        items = JobItem.objects.select_related("media__blob").defer("log", "run")
        own = items.visible_to(request.user)
        a, b = (get_object_or_404(own, pk=wanted[name]) for name in ("a", "b"))
        found = compare_items(a, b)
        shape = ResultComparison({"a": a, "b": b, **found}, context={"request": request})
        return answer(request, shape.data)

    @extend_schema(
        operation_id="compare_jobs",
        summary="What changed between two jobs",
        parameters=[
            Two,
            OpenApiParameter("cursor", str, description="From `next`."),
            OpenApiParameter(
                "only_changed",
                OpenApiTypes.BOOL,
                description="Leave out what has the same result in both.",
            ),
        ],
        responses={200: JobComparison, **ERRORS},
    )
    @action(detail=False, name="Compare jobs")
    def jobs(self, request: Request) -> Response:
        """Lists pairs of results by medium and tool, 50 per page: identical, or how many things are
        the same, moved, changed, gone and new. If each job has one tool, the tools may differ."""
        wanted = _asked(request, TwoJobs)
        own = Job.objects.visible_to(request.user)
        a, b = (get_object_or_404(own, pk=wanted[name]) for name in ("a", "b"))
        only_changed = wanted.get("only_changed", False)
        page = compare_jobs(a, b, wanted.get("cursor", ""), only_changed=only_changed)
        shape = JobComparison(
            {"next": _next(request, page.next), "results": page.rows}, context={"request": request}
        )
        return Response(shape.data)


def _asked(request: Request, shape: type[serializers.Serializer]) -> dict[str, Any]:
    query = shape(data=request.query_params)
    query.is_valid(raise_exception=True)
    checked: dict[str, Any] = query.validated_data
    return checked


def _next(request: Request, cursor: str) -> str | None:
    if not cursor:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
