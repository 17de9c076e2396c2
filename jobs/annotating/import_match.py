"""Which images of a library files mean, by name: told where that is not certain, never guessed."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jobs.annotating.import_parsed import Given
from jobs.downloads import stem
from jobs.intake import names
from jobs.library import listing
from jobs.models import Media, MediaKind

MOST_OF_A_NAME = 3


class Named:
    """One's images by file name and by stem; a name in another case counts where no other fits."""

    def __init__(self, owner: Any, tag: str, given: Sequence[Given]) -> None:
        """Look all names up in one pass; memory is taken by those alone that are wanted."""
        wanted = {key for one in given for key in _keys(_wanted(one))}
        self._ids: defaultdict[str, list[UUID]] = defaultdict(list)
        images: QuerySet[Media] = Media.objects.visible_to(owner).filter(blob__kind=MediaKind.IMAGE)
        if tag:
            images = listing.tagged(images, tag)
        for pk, filename in images.order_by("pk").values_list("pk", "filename").iterator(5000):
            for key in {*_keys(filename), *(f"/{key}" for key in _keys(stem(filename)))}:
                if key.lstrip("/") in wanted and len(self._ids[key]) < MOST_OF_A_NAME:
                    self._ids[key].append(pk)

    def images(self, one: Given) -> list[UUID]:
        """The images that it may mean; it is certain only where there is one."""
        if one.lost:
            return []
        name = _wanted(one)
        for key in _keys(name):
            for form in (key, f"/{key}") if one.any_extension else (key,):
                if found := self._ids.get(form):
                    return found
        return []


def _wanted(one: Given) -> str:
    return names.clean(one.name)


def _keys(name: str) -> tuple[str, str]:
    """The name as it stands, and folded; the second can't be mistaken for a name."""
    return name, f"\\{name.casefold()}"
