"""What the page of one item shows: the picture, the result, how it was made, what went wrong."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from jobs.models import Artifact, ItemStatus, JobItem
from jobs.pages.advice import advice
from jobs.pages.renderers import Rendered, rendered
from jobs.results import document
from plugins_app.manifest import ManifestError, Tool, UnknownTool
from plugins_app.models import Plugin

BROWSER_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "image/avif")
"""Pictures that browsers show; of others the thumbnail is shown."""

WIDEST, TALLEST, MOST_ENLARGED = 1100, 760, 2.0
MAX_JSON_SHOWN = 200_000


@dataclass(frozen=True)
class Picture:
    """The input's picture: its upright size in pixels, and the size it is laid out at."""

    width: int
    height: int
    shown_width: int
    shown_height: int
    original: bool


@dataclass(frozen=True)
class ItemView:
    """Everything that the template of an item needs, fetched."""

    item: JobItem
    tool_title: str
    picture: Picture
    rendered: Rendered | None
    json_text: str
    json_hidden: bool
    too_large: bool
    gone: bool
    advice: str
    artifacts: list[Artifact]

    @property
    def has_result(self) -> bool:
        """Whether there is a result to show or to download."""
        return self.item.status == ItemStatus.COMPLETED and not self.gone


def item_view(item: JobItem) -> ItemView:
    """Gather one item, its medium fetched along. Results over 1 MiB are only offered to download:
    a page must not hold them."""
    tool = find_tool(item.plugin_id, item.tool)
    completed = item.status == ItemStatus.COMPLETED
    too_large = completed and item.result_size_bytes > settings.MAX_RESULT_INLINE_BYTES
    result: Any = None
    gone = False
    if completed and not too_large:
        try:
            result = document.load(item)
        except FileNotFoundError:
            gone = True
    loaded = completed and not too_large and not gone
    pretty = json.dumps(result, indent=2, ensure_ascii=False) if loaded else ""
    return ItemView(
        item=item,
        tool_title=tool.title if tool else item.tool,
        picture=_picture(item),
        rendered=rendered(tool.output if tool else "json", result) if loaded else None,
        json_text=pretty if len(pretty) <= MAX_JSON_SHOWN else "",
        json_hidden=len(pretty) > MAX_JSON_SHOWN,
        too_large=too_large,
        gone=gone,
        advice=advice(item.error_type),
        artifacts=list(item.artifacts.all()) if completed else [],
    )


def find_tool(plugin_id: str, tool_id: str) -> Tool | None:
    """The tool as the installed plugin declares it, or None when it is gone."""
    plugin = Plugin.objects.filter(pk=plugin_id).first()
    if plugin is None:
        return None
    try:
        return plugin.parsed_manifest.tool(tool_id)
    except (ManifestError, UnknownTool):
        return None


def _picture(item: JobItem) -> Picture:
    blob = item.media.blob
    width, height = max(blob.width, 1), max(blob.height, 1)
    scale = min(WIDEST / width, TALLEST / height, MOST_ENLARGED)
    return Picture(
        width=width,
        height=height,
        shown_width=max(round(width * scale), 1),
        shown_height=max(round(height * scale), 1),
        original=blob.content_type in BROWSER_TYPES,
    )
