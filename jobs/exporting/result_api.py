"""One result in the format of another program."""

from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from jobs.exporting import asking as exports
from jobs.exporting.api import answer, stored
from jobs.exporting.api_request import chosen_results
from jobs.exporting.shapes import ExportShape
from jobs.models import ApiKey
from jobs.refusal import Refusal
from jobs.web.openapi_parts import RANGE, problems
from jobs.web.own import own_item
from jobs.web.send import FILE, SENDS_FILE, send
from plugins_app.manifests.params import InvalidParams, coerce_form


class ResultExport(ViewSet):
    """One result in the format of another program."""

    lookup_url_kwarg = "item_id"

    @extend_schema(
        operation_id="export_result",
        summary="One result in a format of another program",
        parameters=[
            OpenApiParameter(
                "format",
                str,
                required=True,
                description="See `/v1/export-formats`. The format's options may stand beside it.",
            ),
            RANGE,
        ],
        responses={
            (200, "*/*"): FILE,
            (202, "application/json"): ExportShape,
            **problems(400, 404, 409, 410, 416, 422),
        },
    )
    @action(detail=True, **SENDS_FILE)
    def export(self, request: Request, item_id: UUID) -> HttpResponseBase:
        """The file once it is made; before that 202, and the export is started if need be."""
        item = own_item(request.user, item_id)
        query = {name: str(value) for name, value in request.query_params.items()}
        name = query.pop("format", "")
        if not name:
            text = "Say which format: ?format=coco, for example. See /v1/export-formats."
            raise Refusal(400, text, [("/format", text)])
        try:
            options = coerce_form(exports.format_named(name), query)
            results = chosen_results(request, {"result_ids": [item.pk]})
            job = exports.find(request.user, results, name, options)
        except InvalidParams as error:
            raise exports.options_refused(error) from error
        if job is None:
            _may_submit(request)
            job = exports.request(request.user, results, name, options)
        if not job.is_final:
            return answer(request, job)
        return send(request, stored(job))


def _may_submit(request: Request) -> None:
    if isinstance(request.auth, ApiKey) and "submit" not in request.auth.scopes:
        text = "The export is not made yet; asking for it needs an API key with the scope 'submit'."
        raise Refusal(403, text)
