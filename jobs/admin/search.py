"""Searching without scanning: identifiers by range, file names among the newest matches."""

import string
from uuid import UUID

from django.db.models import Q, QuerySet

from forgesyte.text_search import containing
from jobs.models import JobItem, Media

NEWEST_MEDIA = 1000
"""So many uploads, the newest, are followed from a file name to their jobs."""

ID_DIGITS = 32
SHORTEST_ID = 6
"""Shorter beginnings of an identifier are far more likely a word."""


def id_range(word: str) -> tuple[UUID, UUID] | None:
    """The first and last identifier that begin with these hexadecimal digits, or None."""
    digits = word.replace("-", "").lower()
    if not SHORTEST_ID <= len(digits) <= ID_DIGITS or set(digits) - set(string.hexdigits):
        return None
    return UUID(digits.ljust(ID_DIGITS, "0")), UUID(digits.ljust(ID_DIGITS, "f"))


def is_whole_id(word: str) -> bool:
    """Whether the word is a whole identifier, so that nothing else needs to be searched."""
    return bool(id_range(word)) and len(word.replace("-", "")) == ID_DIGITS


def by_id(field: str, word: str) -> Q:
    """Rows whose identifier begins with the word; none when it can't be one."""
    if not (ends := id_range(word)):
        return Q(pk__in=[])
    if ends[0] == ends[1]:
        return Q(**{field: ends[0]})
    return Q(**{f"{field}__gte": ends[0], f"{field}__lte": ends[1]})


def media_named(word: str) -> QuerySet[Media]:
    """The newest uploads with the word in their file name."""
    named = Media.objects.filter(containing("filename", word)).order_by("-id")
    return named.values("pk")[:NEWEST_MEDIA]  # type: ignore[return-value]


def jobs_matching(word: str) -> Q:
    """Jobs by identifier, plugin, owner's name or an input's file name."""
    if is_whole_id(word):
        return by_id("id", word)
    items = JobItem.objects.filter(media__in=media_named(word))
    return (
        by_id("id", word)
        | containing("plugin_id", word)
        | containing("owner__username", word)
        | Q(pk__in=items.values("job_id"))
    )


def items_matching(word: str) -> Q:
    """Items by their own or their job's identifier, or by file name."""
    ids = by_id("id", word) | by_id("job_id", word)
    return ids if is_whole_id(word) else ids | Q(media__in=media_named(word))


def media_matching(word: str) -> Q:
    """Uploads by identifier, file name, owner's name or digest."""
    if is_whole_id(word):
        return by_id("id", word)
    return (
        by_id("id", word)
        | containing("filename", word)
        | containing("owner__username", word)
        | Q(blob__sha256__startswith=word.lower())
    )


def blobs_matching(word: str) -> Q:
    """Stored bytes by identifier, digest or owner's name."""
    return (
        by_id("id", word) | Q(sha256__startswith=word.lower()) | containing("owner__username", word)
    )
