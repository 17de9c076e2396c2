"""The page of one medium: what tools made of it, newest first, drawn over the picture."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.library.history_filters import HistoryFilters
from jobs.library.places import own_medium, place
from jobs.list_filters import known_tools
from jobs.models import ItemStatus, JobItem, MediaKind
from jobs.web.access import member, member_required
from jobs.web.paging import page_of
from plugins_app.manifests.manifest import Tool
from plugins_app.outputs import kind_named

RESULTS_PER_PAGE = 12
KnownTools = dict[str, tuple[Tool, str]]


@dataclass(frozen=True)
class ToolCount:
    """A tool that made results of this medium."""

    key: str
    title: str
    count: int


@require_safe
@member_required
def history(request: HttpRequest, media_id: UUID) -> HttpResponse:
    """Completed results, newest first, of every tool or of ``?of=plugin/tool``."""
    medium = own_medium(member(request), media_id)
    items = JobItem.objects.filter(media=medium, status=ItemStatus.COMPLETED)
    known = known_tools()
    tools = _tools(items, known)
    wanted = request.GET.get("of", "")
    if all(tool.key != wanted for tool in tools):
        wanted = ""
    rows = HistoryFilters({"tool": wanted}, items.select_related("job").defer("log")).rows
    is_image = medium.kind == MediaKind.IMAGE
    page = page_of(rows, request.GET, RESULTS_PER_PAGE)
    context: dict[str, Any] = {
        "medium": medium,
        "place": place(member(request), request.GET, medium),
        "tools": tools,
        "of": wanted,
        "page": page,
        "entries": [_entry(item, known, is_image) for item in page.rows],
        "is_image": is_image,
    }
    return render(request, "library/history.html", context)


def _entry(item: JobItem, known: KnownTools, is_image: bool) -> dict[str, Any]:
    """A result as the page shows it."""
    tool = known.get(_key(item.plugin_id, item.tool), (None, ""))[0]
    output = tool.output if tool and is_image else ""
    return {
        "item": item,
        "title": _title(item.plugin_id, item.tool, known),
        "prompts": item.run.get("annotations") or [],
        "has_overlay": kind_named(output).is_drawn,
        "has_masks": output == "masks",
    }


def _tools(items: Any, known: KnownTools) -> list[ToolCount]:
    rows = items.order_by("plugin_id", "tool").values("plugin_id", "tool").annotate(n=Count("pk"))
    names = [(row["plugin_id"], row["tool"], row["n"]) for row in rows]
    return [ToolCount(_key(p, t), _title(p, t, known), n) for p, t, n in names]


def _title(plugin_id: str, tool_id: str, known: KnownTools) -> str:
    tool, plugin = known.get(_key(plugin_id, tool_id), (None, ""))
    return f"{tool.title} ({plugin})" if tool else tool_id


def _key(plugin_id: str, tool_id: str) -> str:
    return f"{plugin_id}/{tool_id}"
