"""One rule for every search in the admin: each word must match, ignoring case in any script."""

from functools import reduce
from operator import or_

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal

from forgesyte.text_search import containing


def words(text: str) -> list[str]:
    """The words of a search; quoted phrases are kept together."""
    found = []
    for word in smart_split(text):
        if word[0] == word[-1] and word[0] in "\"'" and len(word) > 1:
            word = unescape_string_literal(word)
        if word:
            found.append(word)
    return found


class SearchedInAnyCase(admin.ModelAdmin):
    """Replaces Django's search, which on SQLite ignores case only for A to Z."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """The rows that match every word, without duplicates."""
        for word in words(search_term) if self.search_fields else ():
            queryset = queryset.filter(self.matching(word))
        return queryset, False

    def matching(self, word: str) -> Q:
        """Condition for rows that have the word in one of ``search_fields``: fields of the row or
        of rows that it refers to."""
        return reduce(or_, (containing(field, word) for field in self.search_fields))
