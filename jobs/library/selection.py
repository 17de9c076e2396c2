"""What a user selected in the library: media by id, or everything that matches the filters."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from jobs.library import listing
from jobs.library.filters import filtered, filters_only
from jobs.models import Media


@dataclass(frozen=True)
class Selection:
    """``query`` is the query string of the list in which the selection was made."""

    ids: tuple[UUID, ...]
    everything: bool
    query: str

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Form fields, as (name, value), that pass the selection on to the next page."""
        if self.everything:
            return [("all", "1"), ("query", self.query)]
        return [*(("media", str(one)) for one in self.ids), ("query", self.query)]

    @property
    def back(self) -> str:
        """The URL of the list in which the selection was made."""
        where = reverse("library")
        return f"{where}?{self.query}" if self.query else where

    def media(self, owner: Any) -> QuerySet[Media]:
        """The selected media that belong to the owner, in the order of the list."""
        if self.everything:
            rows = filtered(owner, QueryDict(self.query)).rows
        else:
            rows = listing.of(owner).filter(pk__in=self.ids)
        return rows.order_by("-pk")


def selection(request: HttpRequest) -> Selection:
    """The selection that a form has sent."""
    query = filters_only(QueryDict(request.POST.get("query", "")[:2000].encode()))
    return Selection(
        tuple(dict.fromkeys(_ids(request.POST.getlist("media")))),
        request.POST.get("all") == "1",
        query,
    )


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
