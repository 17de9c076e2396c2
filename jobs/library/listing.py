"""A user's media with what lists show about them, and the conditions to narrow them down.

Every condition uses an index on the owner's media or a foreign key, so that a page costs the same
with a hundred thousand media.
"""

from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from forgesyte.text_search import containing
from jobs.list_filters import of_tool
from jobs.models import Annotation, ItemStatus, JobItem, Media, Tag


def of(owner: Any) -> QuerySet[Media]:
    """All media of this owner, each with its blob, tags and ``annotation_count``."""
    counted = Annotation.objects.filter(media=OuterRef("pk")).order_by().values("media")
    number = Subquery(counted.annotate(n=Count("pk")).values("n"))
    media = Media.objects.uploads().visible_to(owner).select_related("blob")
    rows: QuerySet[Media] = media.annotate(annotation_count=Coalesce(number, 0))
    return rows.prefetch_related("tags")


def annotation_count(medium: Media) -> int:
    """How many annotations a medium has; takes no query for media from ``of``."""
    known = getattr(medium, "annotation_count", None)
    return medium.annotations.count() if known is None else known


def matching(media: QuerySet[Media], text: str) -> QuerySet[Media]:
    """Media whose file name or text prompt contains the text, ignoring case."""
    return media.filter(containing("filename", text) | containing("text_prompt", text))


def annotated(media: QuerySet[Media], yes: bool) -> QuerySet[Media]:
    """Media with annotations, or media without."""
    some = Exists(Annotation.objects.filter(media=OuterRef("pk")))
    return media.filter(some if yes else ~some)


def with_result(media: QuerySet[Media], yes: bool, tool: str = "") -> QuerySet[Media]:
    """Media that have a result (of this ``tool`` or ``plugin/tool``), or media that have none."""
    results = JobItem.objects.filter(media=OuterRef("pk"), status=ItemStatus.COMPLETED)
    if tool:
        results = results.filter(of_tool(tool))
    return media.filter(Exists(results) if yes else ~Exists(results))


def tagged(media: QuerySet[Media], name: str) -> QuerySet[Media]:
    links = Tag.media.through.objects.filter(media=OuterRef("pk"), tag__name=name)
    return media.filter(Exists(links))


def duplicate_of(medium: Media) -> Media | None:
    """The first upload of the same bytes; None if that is this one."""
    earlier = Media.objects.filter(blob_id=medium.blob_id, pk__lt=medium.pk)
    return earlier.order_by("pk").first()
