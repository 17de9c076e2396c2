"""Matching imported files with images of a library by name; ambiguous names are never guessed."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jobs.annotating.import_parsed import ParsedImage
from jobs.downloads import stem
from jobs.intake import names
from jobs.library import listing
from jobs.models import Media, MediaKind

MOST_OF_A_NAME = 3


class Named:
    """A user's images by file name and stem; letter case is ignored if nothing matches exactly."""

    def __init__(self, owner: Any, tag: str, parsed: Sequence[ParsedImage]) -> None:
        """Look up all names in one pass, keeping only the wanted ones in memory."""
        wanted = {key for one in parsed for key in _keys(_wanted(one))}
        self._ids: defaultdict[str, list[UUID]] = defaultdict(list)
        images: QuerySet[Media] = Media.objects.visible_to(owner).filter(blob__kind=MediaKind.IMAGE)
        if tag:
            images = listing.tagged(images, tag)
        for pk, filename in images.order_by("pk").values_list("pk", "filename").iterator(5000):
            for key in {*_keys(filename), *(f"/{key}" for key in _keys(stem(filename)))}:
                if key.lstrip("/") in wanted and len(self._ids[key]) < MOST_OF_A_NAME:
                    self._ids[key].append(pk)

    def images(self, one: ParsedImage) -> list[UUID]:
        """The images it may refer to (at most 3); the match is certain only if there is one."""
        if one.lost:
            return []
        name = _wanted(one)
        for key in _keys(name):
            for form in (key, f"/{key}") if one.any_extension else (key,):
                if found := self._ids.get(form):
                    return found
        return []


def _wanted(one: ParsedImage) -> str:
    return names.clean(one.name)


def _keys(name: str) -> tuple[str, str]:
    """The exact name, and a case-folded key that no file name can equal."""
    return name, f"\\{name.casefold()}"
