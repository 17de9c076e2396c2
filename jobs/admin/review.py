"""One item as a reviewer sees it: the picture with what was found, and how it came about."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse

from jobs.admin.display import JSON_SHOWN, plain, pretty, printable, size
from jobs.admin.files import SHOWN
from jobs.admin.shapes import MOST_SHAPES, Shape, shapes
from jobs.models import Artifact, ItemStatus, JobItem, Media
from jobs.results import document


@dataclass(frozen=True)
class Picture:
    """An input to show; ``shapes`` are drawn over it in its own pixels."""

    url: str
    is_video: bool
    width: int
    height: int
    name: str
    shapes: list[Shape] = field(default_factory=list)
    left_out: int = 0


@dataclass(frozen=True)
class Shown:
    """The readable part of a result; ``note`` says what is not shown and why."""

    text: str = ""
    text_is_cut: bool = False
    json: str = ""
    json_is_cut: bool = False
    note: str = ""


@dataclass(frozen=True)
class Review:
    """All of one item's page that is not a plain column."""

    item: JobItem
    picture: Picture | None
    shown: Shown | None
    run: list[tuple[str, str]]
    artifacts: list[Artifact]


def review(item: JobItem) -> Review:
    """Read an item's result and make it fit to show. Needs its media and blob fetched along."""
    result, note = _result(item)
    shown = None
    if item.status == ItemStatus.COMPLETED:
        shown = Shown(note=note) if note else _shown(result)
    return Review(
        item=item,
        picture=picture(item.media, result),
        shown=shown,
        run=[(key.replace("_", " "), plain(value)) for key, value in item.run.items()],
        artifacts=list(item.artifacts.all()),
    )


def picture(media: Media, result: Any = None) -> Picture | None:
    """The input as a browser can show it, or None when it can't and has no small picture."""
    blob = media.blob
    found = shapes(result)
    if blob.content_type in SHOWN:
        url = reverse("admin:jobs_media_file", args=[media.pk])
    elif blob.thumbnail:
        url = reverse("admin:jobs_media_thumbnail", args=[media.pk])
    else:
        return None
    return Picture(
        url=url,
        is_video=blob.content_type.startswith("video/") and blob.content_type in SHOWN,
        width=blob.width,
        height=blob.height,
        name=media.filename,
        shapes=found[:MOST_SHAPES],
        left_out=max(0, len(found) - MOST_SHAPES),
    )


def _result(item: JobItem) -> tuple[Any, str]:
    """A completed item's result, or why it can't be shown here."""
    if item.status != ItemStatus.COMPLETED:
        return None, ""
    if item.result_size_bytes > settings.MAX_RESULT_INLINE_BYTES:
        return None, f"The result is too large to show here ({size(item.result_size_bytes)})."
    try:
        return document.load(item), ""
    except FileNotFoundError:
        return None, "The result's file is missing in the storage."
    except (ValueError, RecursionError):
        return None, "The result's file can't be read as JSON."


def _shown(result: Any) -> Shown:
    text = result.get("text") if isinstance(result, dict) else None
    text = printable(text) if isinstance(text, str) else ""
    whole = pretty(result)
    return Shown(
        text=text[:JSON_SHOWN],
        text_is_cut=len(text) > JSON_SHOWN,
        json=whole[:JSON_SHOWN],
        json_is_cut=len(whole) > JSON_SHOWN,
    )
