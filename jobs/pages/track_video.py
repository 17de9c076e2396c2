"""Asking for the video with the tracks of a result drawn in."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jobs.models import Artifact, JobItem
from jobs.pages.access import member_required, own_item
from jobs.submission import SubmissionError, track_video


@dataclass(frozen=True)
class TrackVideo:
    """The video, or how far it is; ``maker`` is the item that makes it."""

    maker: JobItem | None
    artifact: Artifact | None

    @property
    def is_coming(self) -> bool:
        """Whether it will be there by and by."""
        return self.maker is not None and not self.maker.is_final


def track_video_of(item: JobItem) -> TrackVideo:
    """What there is of it now."""
    maker = track_video.find(item)
    return TrackVideo(maker, track_video.artifact_of(maker) if maker else None)


@require_POST
@member_required
def make_track_video(request: HttpRequest, job_id: UUID, item_id: UUID) -> HttpResponse:
    """Have it made, and go back to the page of the result."""
    item = own_item(request, job_id, item_id)
    try:
        track_video.request(item)
    except SubmissionError as error:
        messages.error(request, error.message)
    if item.job.total == 1:
        return redirect("job", job_id)
    return redirect("item", job_id, item_id)
