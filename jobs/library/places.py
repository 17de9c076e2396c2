"""A medium of the library, and its place in the list from which it was opened."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.shortcuts import get_object_or_404

from jobs.library import listing
from jobs.library.filters import filtered
from jobs.models import Media


def own_medium(owner: Any, media_id: UUID) -> Media:
    """The owner's medium. Raises Http404 if it belongs to someone else or doesn't exist."""
    return get_object_or_404(listing.of(owner), pk=media_id)


@dataclass(frozen=True)
class Place:
    """A medium's place in a list: its number, from 1, and its neighbours."""

    number: int
    total: int
    previous: Media | None
    next: Media | None
    query: str


def place(owner: Any, query: QueryDict, medium: Media) -> Place:
    """A medium's place in the library as filtered by ``query``, newest first.

    A medium that no longer matches the filters (it got its first box) keeps its place.
    """
    chosen = filtered(owner, query)
    bare = chosen.rows.order_by()
    newer, older = bare.filter(pk__gt=medium.pk), bare.filter(pk__lt=medium.pk)
    before = newer.count()
    return Place(
        number=before + 1,
        total=before + 1 + older.count(),
        previous=newer.order_by("pk").first(),
        next=older.order_by("-pk").first(),
        query=chosen.address,
    )
