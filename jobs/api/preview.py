"""What a job would do, asked before it is submitted."""

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.api.run_request import JobRequest, plan_for
from jobs.results.changes import Decision
from jobs.shapes.item import ReusedResult
from jobs.shapes.links import LinkedSerializer
from jobs.submission import preview
from jobs.web.body import read_json
from jobs.web.openapi_parts import problems
from jobs.web.own import media_of


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


class JobPreview(APIView):
    """Says what a job would do, without submitting it."""

    name = "Preview of a job"

    @extend_schema(
        operation_id="preview_job",
        summary="What a job would run, and why",
        request=JobRequest,
        responses={200: PreviewShape, **problems(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request) -> Response:
        """The same body as for `POST /v1/jobs`; nothing is written."""
        wanted = read_json(request, JobRequest)
        media = media_of(request, wanted)
        plan = plan_for(request, wanted, {medium.kind for medium in media})
        shown = PreviewShape(preview(plan, media), context={"request": request})
        return Response(shown.data)
