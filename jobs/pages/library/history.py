"""The page of one medium: what tools made of it, newest first, drawn over the picture."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jobs.annotations import InvalidAnnotation
from jobs.models import ItemStatus, JobItem, MediaKind
from jobs.models.annotation import Role
from jobs.pages.access import member, member_required
from jobs.pages.item_view import BROWSER_TYPES
from jobs.pages.keyset import newest_first
from jobs.pages.library.access import own_medium, place
from jobs.pages.library.filters import known_tools
from jobs.results import document
from jobs.results.pictures import DRAWN_OUTPUTS
from jobs.results.takeover import take_over
from plugins_app.manifests.manifest import Tool

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
    medium = own_medium(request, media_id)
    items = JobItem.objects.filter(media=medium, status=ItemStatus.COMPLETED)
    known = known_tools()
    tools = _tools(items, known)
    wanted = request.GET.get("of", "")
    if any(tool.key == wanted for tool in tools):
        plugin_id, _, tool_id = wanted.partition("/")
        items = items.filter(plugin_id=plugin_id, tool=tool_id)
    else:
        wanted = ""
    rows = items.select_related("job").defer("log")
    is_image = medium.kind == MediaKind.IMAGE
    page = newest_first(rows, request.GET, RESULTS_PER_PAGE)
    context: dict[str, Any] = {
        "medium": medium,
        "place": place(request, medium),
        "tools": tools,
        "of": wanted,
        "page": page,
        "entries": [_entry(item, known, is_image) for item in page.rows],
        "is_image": is_image,
        "original": medium.blob.content_type in BROWSER_TYPES,
    }
    return render(request, "library/history.html", context)


@require_POST
@member_required
def take_over_result(request: HttpRequest, media_id: UUID, item_id: UUID) -> HttpResponse:
    """Make annotations of a result and go on to correct them."""
    medium = own_medium(request, media_id)
    items = JobItem.objects.select_related("media__blob").filter(job__owner=member(request))
    item = items.filter(pk=item_id, media=medium, status=ItemStatus.COMPLETED).first()
    if item is None or medium.kind != MediaKind.IMAGE:
        messages.error(request, "There is no such result any more.")
        return redirect("library-history", media_id)
    try:
        made = take_over(item, document.load(item), request.POST.get("role", Role.SEGMENT))
    except FileNotFoundError:
        messages.error(request, "The result's file is gone, so there is nothing to take over.")
        return redirect("library-history", media_id)
    except InvalidAnnotation as error:
        messages.error(request, str(error))
        return redirect("library-history", media_id)
    if made:
        messages.success(request, f"{len(made)} box{'' if len(made) == 1 else 'es'} taken over.")
    else:
        messages.info(request, "The result has no box that is not there already.")
    return redirect("library-annotate", media_id)


def _entry(item: JobItem, known: KnownTools, is_image: bool) -> dict[str, Any]:
    """A result as the page shows it."""
    tool = known.get(_key(item.plugin_id, item.tool), (None, ""))[0]
    output = tool.output if tool and is_image else ""
    return {
        "item": item,
        "title": _title(item.plugin_id, item.tool, known),
        "prompts": item.run.get("annotations") or [],
        "has_overlay": output in DRAWN_OUTPUTS,
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
