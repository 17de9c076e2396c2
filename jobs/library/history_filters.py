"""Filters for the history of a medium: the results that tools have made from it."""

import django_filters
from django.db.models import QuerySet

from jobs.list_filters import NAME_LENGTH, ListFilters, of_tool, plugin_filter, tool_filter
from jobs.models import JobItem


class HistoryFilters(ListFilters):
    plugin_id = plugin_filter()
    tool = tool_filter(method="by_tool")
    mode = django_filters.CharFilter(
        method="by_tool", max_length=2 * NAME_LENGTH + 1, label="The same as tool"
    )

    class Meta:
        model = JobItem
        fields: list[str] = []

    def by_tool(self, items: QuerySet[JobItem], _name: str, text: str) -> QuerySet[JobItem]:
        return items.filter(of_tool(text))
