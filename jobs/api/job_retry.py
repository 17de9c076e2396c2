"""Running an ended job again."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.api.run_request import RetryRequest
from jobs.shapes.job import JobShape
from jobs.submission import retry
from jobs.web.accepted import accepted
from jobs.web.body import read_json
from jobs.web.openapi_parts import PREFER, problems
from jobs.web.own import own_job


class RetryJob(APIView):
    """Runs an ended job again, or what failed of it, as a new job."""

    name = "Retry"

    @extend_schema(
        operation_id="retry_job",
        summary="Run a job again",
        parameters=[PREFER],
        request=RetryRequest,
        responses={200: JobShape, 202: JobShape, **problems(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, job_id: UUID) -> Response:
        """A new job over the same media with the same tools and parameters; it names the old one
        in `retry_of`."""
        job = own_job(request, job_id)
        wanted = read_json(request, RetryRequest)
        return accepted(request, retry(job, only_failed=wanted.get("only") == "failed"))
