"""One item as a reviewer sees it: the picture with what was found, and how it came about."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from jobs.admin.display import JSON_SHOWN, plain, pretty, printable, size
from jobs.browser import shows_blob
from jobs.drawing.pictures import can_draw
from jobs.models import Artifact, ItemStatus, JobItem, Media, MediaKind
from jobs.results import document


@dataclass(frozen=True)
class Picture:
    """An input to show. ``overlay`` is the address of the result drawn on it, if it can be."""

    url: str
    is_video: bool
    width: int
    height: int
    name: str
    overlay: str = ""


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
        picture=picture(item.media, _overlay(item) if can_draw(result) else ""),
        shown=shown,
        run=[(key.replace("_", " "), plain(value)) for key, value in item.run.items()],
        artifacts=[one for one in item.artifacts.all() if not one.is_drawn],
    )


def picture(media: Media, overlay: str = "") -> Picture | None:
    """The input as a browser can show it, or None when it can't and has no small picture."""
    blob = media.blob
    shown = shows_blob(blob)
    if shown:
        url = reverse("admin:jobs_media_file", args=[media.pk])
    elif blob.thumbnail:
        url = reverse("admin:jobs_media_thumbnail", args=[media.pk])
    else:
        return None
    return Picture(
        url=url,
        is_video=shown and blob.kind == MediaKind.VIDEO,
        width=blob.width,
        height=blob.height,
        name=media.filename,
        overlay=overlay,
    )


def _overlay(item: JobItem) -> str:
    is_image = item.media.kind == MediaKind.IMAGE
    return reverse("admin:jobs_jobitem_overlay", args=[item.pk]) if is_image else ""


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
