"""Looks up jobs, items and media by id, limited to what the user may see. Everything else is
answered like something that does not exist."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from jobs.models import Job, JobItem, Media, MediaKind
from jobs.refusal import Refusal


def own_job(user: Any, job_id: UUID) -> Job:
    """The job with this id. Raises Http404."""
    return get_object_or_404(Job.objects.visible_to(user), pk=job_id)


def own_item(user: Any, item_id: UUID, **more: Any) -> JobItem:
    """The item with this id, with its job and medium; ``more`` are further lookups.

    Raises Http404.
    """
    items = JobItem.objects.visible_to(user).select_related("job", "media__blob")
    return get_object_or_404(items, pk=item_id, **more)


def own_media(user: Any, media_id: UUID) -> Media:
    """The medium with this id, with its blob. Raises Http404."""
    media = Media.objects.uploads().visible_to(user).select_related("blob")
    return get_object_or_404(media, pk=media_id)


def own_image(user: Any, media_id: UUID) -> Media:
    """The same, if it is an image."""
    medium = own_media(user, media_id)
    if medium.kind != MediaKind.IMAGE:
        raise Http404
    return medium


def media_of(user: Any, wanted: dict[str, Any]) -> list[Media]:
    """The media that a request names, in that order. Raises Refusal (404) for ids that the user may
    not see."""
    name = "media_ids" if "media_ids" in wanted else "image_ids"
    ids: list[UUID] = wanted[name]
    own = Media.objects.uploads().visible_to(user).select_related("blob").in_bulk(ids)
    absent = [number for number, medium_id in enumerate(ids) if medium_id not in own]
    if absent:
        text = f"{len(absent)} of the media don't exist, or are not yours."
        raise Refusal(404, text, [(f"/{name}/{n}", "There is no such medium.") for n in absent])
    return [own[medium_id] for medium_id in ids]
