"""How values read in lists and on pages: badges, times, sizes, thumbnails, JSON."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs.models import Blob, Media

NOTHING = "-"

SECOND, MINUTE, HOUR, DAY = 1, 60, 3600, 86_400


def badge(state: str, text: str) -> SafeString:
    """A state as a coloured badge; its word says everything without the colour."""
    return format_html('<span class="badge badge-{}">{}</span>', state, text)


def link(view: str, pk: Any, text: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse(view, args=[pk]), text)


def duration(span: timedelta | None) -> str:
    """A time span in at most two units: ``340 ms``, ``1.2 s``, ``3 min 5 s``, ``2 d 4 h``."""
    if span is None:
        return NOTHING
    seconds = max(0.0, span.total_seconds())
    if seconds < SECOND:
        return f"{seconds * 1000:.0f} ms"
    if seconds < MINUTE:
        return f"{seconds:.1f} s"
    whole = int(seconds)
    for unit, name, smaller, smaller_name in (
        (DAY, "d", HOUR, "h"),
        (HOUR, "h", MINUTE, "min"),
        (MINUTE, "min", SECOND, "s"),
    ):
        if whole >= unit:
            return f"{whole // unit} {name} {whole % unit // smaller} {smaller_name}"
    return f"{whole} s"


def moment(at: datetime | None) -> str:
    """A time to the minute, in the server's time zone."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else NOTHING


def size(size_bytes: int) -> str:
    """A size in bytes, in a readable unit."""
    return filesizeformat(size_bytes)


def dimensions(blob: Blob) -> str:
    """Width and height in upright pixels; for a video its duration too."""
    text = f"{blob.width} x {blob.height}"
    if blob.frame_count > 1:
        text += f", {blob.frame_count} frames"
    if blob.duration_s is not None:
        text += f", {duration(timedelta(seconds=blob.duration_s))}"
    return text


def thumbnail(media: Media | None) -> SafeString | str:
    """The small picture of an upload; needs its blob fetched along."""
    if media is None or not media.blob.thumbnail:
        return NOTHING
    url = reverse("admin:jobs_media_thumbnail", args=[media.pk])
    return _picture(url, media.filename)


def blob_thumbnail(blob: Blob) -> SafeString | str:
    """The small picture of stored bytes."""
    if not blob.thumbnail:
        return NOTHING
    return _picture(reverse("admin:jobs_blob_thumbnail", args=[blob.pk]), str(blob))


def _picture(url: str, alt: str) -> SafeString:
    return format_html(
        '<img class="thumbnail" src="{}" alt="{}" width="56" height="42" loading="lazy">', url, alt
    )


def printable(text: str) -> str:
    """Text that can be encoded: JSON may carry lone surrogates, UTF-8 may not."""
    return text.encode("utf-8", "replace").decode("utf-8")


def pretty(value: Any) -> str:
    """JSON with line breaks, as people read it."""
    return printable(json.dumps(value, indent=2, ensure_ascii=False))
