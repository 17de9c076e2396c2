"""The button that requests a video with the tracks of a result drawn in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jobs.drawing import track_video
from jobs.refusal import Refusal
from jobs.web.access import member, member_required
from jobs.web.own import own_item


@require_POST
@member_required
def make_track_video(request: HttpRequest, job_id: UUID, item_id: UUID) -> HttpResponse:
    """Request the video and go back to the page of the result."""
    item = own_item(member(request), item_id, job_id=job_id)
    try:
        track_video.request(item)
    except Refusal as error:
        messages.error(request, error.message)
    if item.job.total == 1:
        return redirect("job", job_id)
    return redirect("item", job_id, item_id)
