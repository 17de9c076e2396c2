"""Template tags and filters of the pages."""

import json
from typing import Any

from django import template
from django.urls import reverse

from jobs.diagnosis import Problem, server_problems, standstill
from jobs.models import Artifact, Media
from jobs.showing.links import Links
from jobs.showing.tool_names import titles_of
from plugins_app.outputs import KINDS

register = template.Library()


@register.simple_tag
def queue_notices(user: Any) -> list[Problem]:
    """What keeps everybody's jobs waiting; for staff, all that is wrong with the queue."""
    return server_problems() if user.is_staff else standstill()


@register.simple_tag(takes_context=True)
def tool_title(context: template.Context, plugin_id: str, tools: str | list[str]) -> str:
    """The title of a plugin's tool, or the titles of several, separated by commas. A tool that no
    plugin has any more is shown by its id."""
    titles = titles_of(context["request"])
    names = [tools] if isinstance(tools, str) else tools
    return ", ".join(titles.get((plugin_id, name), name) for name in names)


@register.simple_tag
def thing_lists() -> str:
    """The members of results that list things, and the word for one, for the page's script:
    ``masks:mask lines:line``. Of several the first one counts."""
    kinds = [kind for kind in reversed(KINDS.values()) if kind.listed]
    return " ".join(f"{kind.listed}:{kind.noun}" for kind in kinds)


@register.filter
def seconds(value: Any) -> str:
    """A duration in seconds as ``0.42 s``, ``12.3 s``, ``3 min 20 s`` or ``2 h 5 min``."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return ""
    if number < 1:
        return f"{number:.2f} s"
    if number < 60:
        return f"{number:.1f} s"
    minutes, rest = divmod(round(number), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


@register.filter
def clock(value: Any) -> str:
    """A moment in a video: ``0:04.2``, ``12:30.0``, ``1:02:30.0``."""
    tenths = round(float(value) * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    text = f"{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{minutes:02d}:{text}" if hours else f"{minutes}:{text}"


@register.filter
def took(row: Any) -> str:
    """How long a job or an item ran, from its start to its end."""
    if not row.started_at or not row.finished_at:
        return ""
    return seconds((row.finished_at - row.started_at).total_seconds())


@register.filter
def original_url(media: Media) -> str:
    """Where the uploaded file is."""
    return reverse("api-media-file", args=[media.pk])


@register.filter
def thumbnail_url(media: Media) -> str:
    """Where its thumbnail is."""
    return reverse("api-media-thumbnail", args=[media.pk])


@register.filter
def address(artifact: Artifact, links: Links) -> str:
    """Where this file leads from the page that has these links."""
    return links.artifact(artifact)


@register.filter
def json_text(value: Any) -> str:
    """A parameter's value as JSON."""
    return json.dumps(value, ensure_ascii=False)
