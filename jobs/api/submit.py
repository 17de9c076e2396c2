"""Running a tool on one file: what the quick ways in have in common."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from jobs import intake
from jobs.api.run_request import plan_for
from jobs.models import Job, JobStatus
from jobs.shapes.job import JOB_TYPES
from jobs.web.errors import Refusal
from jobs.web.uploads import files_of, run_on_files

ARTICLE = {"image": "an", "video": "a"}


class Accepted(serializers.Serializer):
    """A job that was just accepted. Instances are Jobs."""

    job_id = serializers.UUIDField(source="pk")
    status = serializers.ChoiceField(choices=JobStatus.choices)
    job_type = serializers.ChoiceField(choices=JOB_TYPES)
    plugin_id = serializers.CharField()
    tool = serializers.SerializerMethodField()
    tools = serializers.ListField(child=serializers.CharField())
    submitted_at = serializers.DateTimeField(source="created_at")

    def get_tool(self, job: Job) -> str:
        """The first of the tools."""
        return str(job.tools[0])


def query(name: str, text: str, many: bool = False) -> OpenApiParameter:
    """A parameter in the query string."""
    return OpenApiParameter(name, str, many=many, description=text)


PARAMETERS = [
    query("plugin_id", "The plugin, or one of its aliases."),
    query("tool", "A tool, or `default`; may repeat.", many=True),
    query("logical_tool_id", "A capability instead of a tool; may repeat.", many=True),
]
"""What may stand in the query string."""


def accept(request: Request, wanted: dict[str, Any], kind: str) -> Response:
    """Run what is wanted on the one file that came along, which must be of this kind."""
    plan = plan_for(request, wanted, kind)
    files = files_of(request)
    if len(files) > 1:
        raise Refusal(400, "This route takes one file. Send several to POST /v1/jobs.")
    for other in intake.kinds_of(files) - {kind}:
        text = f"The file is {ARTICLE[other]} {other}. Send it to POST /v1/{other}/submit."
        raise Refusal(400, text)
    job = run_on_files(request.user, plan, files, [kind])
    return Response(Accepted(job).data)
