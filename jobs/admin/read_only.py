"""What most of this admin is: rows to look at, never to edit."""

from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from forgesyte.admin_search import SearchedInAnyCase

MOST_LISTED = 10_000
"""Lists end here, so that counting and paging cost the same however long a table grows."""

MOST_AT_ONCE = 500
"""An action works on so many rows at most: long work is not done inside a request."""


class CappedPaginator(Paginator):
    """Pages over the first rows of a long list, which never counts beyond the last of these."""

    @cached_property
    def matching(self) -> int:
        """The number of rows; one more than the cap stands for "more"."""
        rows: QuerySet = self.object_list  # type: ignore[assignment]
        return rows[: MOST_LISTED + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self.matching, MOST_LISTED)

    @property
    def is_cut(self) -> bool:
        return self.matching > MOST_LISTED


class ReadOnlyAdmin(SearchedInAnyCase):
    """Rows that only the server writes. Django's permission says who may view them."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: rows come from submissions and workers."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: an edited row would misreport what happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: rows have files, which a plain delete would leave behind."""
        return False
