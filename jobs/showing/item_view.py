"""What the page of one item shows: the picture, the result, how it was made, what went wrong."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from jobs import browser
from jobs.drawing.track_video import TrackVideo, can_show, track_video_of
from jobs.models import Artifact, Blob, ItemStatus, JobItem, MediaKind
from jobs.results import document
from jobs.results.outputs import find_tool
from jobs.showing.advice import advice
from jobs.showing.links import Links
from jobs.showing.renderers import Rendered, rendered
from jobs.showing.tracks_view import SUMMARY_KIND, TracksView, summary_of, tracks_view
from plugins_app.manifests.result_faults import first_fault
from plugins_app.outputs import kind_named
from plugins_app.outputs.geometry import number

WIDEST, TALLEST, MOST_ENLARGED = 1100, 760, 2.0
MAX_JSON_SHOWN = 200_000


@dataclass(frozen=True)
class Picture:
    """The input's picture: its upright size in pixels, and the size it is laid out at.

    ``original`` says whether browsers can show the file itself.
    """

    width: int
    height: int
    shown_width: int
    shown_height: int
    original: bool
    is_video: bool = False
    fps: float = 0.0
    codec: str = ""
    truncated: bool = False

    @property
    def dot(self) -> float:
        """Radius in pixels of a point drawn over it, large enough to be visible."""
        return max(self.width, self.height) / 90


@dataclass(frozen=True)
class ItemView:
    """Everything that an item's template needs, already loaded."""

    item: JobItem
    links: Links
    tool_title: str
    picture: Picture
    rendered: Rendered | None
    json_text: str
    json_hidden: bool
    too_large: bool
    gone: bool
    unreadable: bool
    advice: str
    artifacts: list[Artifact]
    tracks: TracksView | None = None
    track_video: TrackVideo | None = None
    output: str = ""
    misshapen: str = ""
    """How the result breaks the declared output format; empty if it doesn't."""

    @property
    def result_template(self) -> str:
        """Template for the result's kind, or ""; tracks need only their summary."""
        if self.tracks:
            return kind_named("tracks").template
        return self.rendered.template if self.rendered and self.rendered.kind != "tracks" else ""

    @property
    def has_overlay(self) -> bool:
        """Whether the result can be drawn on its picture."""
        return self.has_result and not self.picture.is_video and kind_named(self.output).is_drawn

    @property
    def has_masks(self) -> bool:
        """Whether its masks can be downloaded as a picture."""
        return self.has_overlay and self.output == "masks"

    @property
    def videos(self) -> list[Artifact]:
        """Videos to play instead of the input: the track video first, then the tool's own."""
        made = self.track_video.artifact if self.track_video else None
        own = [one for one in self.artifacts if one.content_type in browser.VIDEOS]
        return [made, *own] if made else own

    @property
    def files(self) -> list[Artifact]:
        """The tool's files, except those that exist only for this page."""
        return [one for one in self.artifacts if one.kind != SUMMARY_KIND and not one.is_drawn]

    @property
    def is_settled(self) -> bool:
        """Whether the page is final and no longer needs to refresh itself."""
        return self.item.is_final and not (self.track_video and self.track_video.is_coming)

    @property
    def has_result(self) -> bool:
        """Whether there is a result to show or to download."""
        return self.item.status == ItemStatus.COMPLETED and not self.gone


def item_view(item: JobItem, links: Links) -> ItemView:
    """Gather what the page of ``item`` needs; ``item.media`` should already be loaded. Results over
    ``MAX_RESULT_INLINE_BYTES`` can only be downloaded, to keep the page small."""
    tool = find_tool(item.plugin_id, item.tool)
    completed = item.status == ItemStatus.COMPLETED
    too_large = completed and item.result_size_bytes > settings.MAX_RESULT_INLINE_BYTES
    result, pretty = None, ""
    gone = unreadable = False
    if completed and not too_large:
        try:
            result, pretty = _read(item)
        except FileNotFoundError:
            gone = True
        except (ValueError, RecursionError):
            unreadable = True
    loaded = completed and not (too_large or gone or unreadable)
    output = tool.output if tool else "json"
    picture = picture_of(item.media.blob)
    artifacts = list(item.artifacts.all()) if completed else []
    tracks = None
    if output == "tracks" and completed and not gone:
        tracks = tracks_view(summary_of(result, artifacts), picture.fps)
    return ItemView(
        item=item,
        links=links,
        tool_title=tool.title if tool else item.tool,
        picture=picture,
        rendered=rendered(output, result) if loaded else None,
        json_text=pretty if len(pretty) <= MAX_JSON_SHOWN else "",
        json_hidden=len(pretty) > MAX_JSON_SHOWN,
        too_large=too_large,
        gone=gone,
        unreadable=unreadable,
        advice=advice(item.error_type),
        artifacts=artifacts,
        tracks=tracks,
        track_video=track_video_of(item) if can_show(item, tool) else None,
        output=output,
        misshapen=first_fault(output, result) if loaded else "",
    )


def _read(item: JobItem) -> tuple[Any, str]:
    """A result and its indented JSON. Lone surrogates, which UTF-8 can't encode, are replaced.
    Raises FileNotFoundError, ValueError or RecursionError."""
    result = document.load(item)
    pretty = json.dumps(result, indent=2, ensure_ascii=False)
    encoded = pretty.encode("utf-8", "replace").decode("utf-8")
    return (result, pretty) if encoded == pretty else (json.loads(encoded), encoded)


def picture_of(blob: Blob) -> Picture:
    width, height = max(blob.width, 1), max(blob.height, 1)
    scale = min(WIDEST / width, TALLEST / height, MOST_ENLARGED)
    return Picture(
        width=width,
        height=height,
        shown_width=max(round(width * scale), 1),
        shown_height=max(round(height * scale), 1),
        original=browser.shows_blob(blob),
        is_video=blob.kind == MediaKind.VIDEO,
        fps=number(blob.probe.get("fps")) or 0.0,
        codec=browser.codec_of(blob),
        truncated=blob.probe.get("truncated") is True,
    )
