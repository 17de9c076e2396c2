"""The answer to the client that submitted a job."""

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.models import Job
from jobs.shapes.job import JobShape, full_state
from jobs.web.waiting import mark, wait_if_preferred


def accepted(request: Request, job: Job) -> Response:
    """202 with the job and its address, or 200 when it has ended (``Prefer: wait=N``)."""
    granted = wait_if_preferred(request, job)
    data = JobShape(full_state(job), context={"request": request}).data
    response = Response(data, status=200 if job.is_final else 202)
    response["Location"] = request.build_absolute_uri(reverse("api-job", args=[job.pk]))
    mark(response, job, granted)
    return response
