"""What belongs to the asker of an API request; what does not is answered like what is not there."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from jobs.models import Job, JobItem, Media, MediaKind
from jobs.refusal import Refusal


def own_job(request: Request, job_id: UUID) -> Job:
    """The asker's job with this id. Raises Http404."""
    return get_object_or_404(Job, pk=job_id, owner=request.user)


def own_item(request: Request, item_id: UUID) -> JobItem:
    """The asker's item with this id, its medium along. Raises Http404."""
    items = JobItem.objects.select_related("media").prefetch_related("artifacts")
    return get_object_or_404(items, pk=item_id, job__owner=request.user)


def own_media(request: Request, media_id: UUID) -> Media:
    """The asker's medium with this id, its blob along. Raises Http404."""
    media = Media.objects.uploads().select_related("blob")
    return get_object_or_404(media, pk=media_id, owner=request.user)


def own_image(request: Request, media_id: UUID) -> Media:
    """The same, if it is an image."""
    medium = own_media(request, media_id)
    if medium.kind != MediaKind.IMAGE:
        raise Http404
    return medium


def media_of(request: Request, wanted: dict[str, Any]) -> list[Media]:
    """The media in the order asked for. Raises Refusal 404 for ids that are not the asker's."""
    name = "media_ids" if "media_ids" in wanted else "image_ids"
    ids: list[UUID] = wanted[name]
    mine = Media.objects.uploads().filter(owner_id=request.user.pk)
    own = mine.select_related("blob").in_bulk(ids)
    absent = [number for number, medium_id in enumerate(ids) if medium_id not in own]
    if absent:
        text = f"{len(absent)} of the media don't exist, or are not yours."
        raise Refusal(404, text, [(f"/{name}/{n}", "There is no such medium.") for n in absent])
    return [own[medium_id] for medium_id in ids]
