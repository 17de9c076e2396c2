"""Prompts that a medium provides to tools that declare them: its annotations and text prompt."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from jobs.models import Annotation, Media
from jobs.models.annotation import AnnotationKind
from plugins_app.manifests.manifest import Tool

MAX_TEXT_LENGTH = 10_000
"""Maximum length of a medium's text prompt, in characters."""
NO_PROMPTS: dict[str, Any] = {"boxes": [], "points": [], "text": ""}


def prompts_of(media: Sequence[Media]) -> dict[UUID, dict[str, Any]]:
    """Boxes, points and text prompt of each medium, by its id."""
    found: dict[UUID, dict[str, Any]] = {
        medium.pk: {"boxes": [], "points": [], "text": medium.text_prompt} for medium in media
    }
    for row in Annotation.objects.filter(media__in=[medium.pk for medium in media]):
        name = "boxes" if row.kind == AnnotationKind.BOX else "points"
        found[row.media_id][name].append(row.prompt())
    return found


def used_prompts(tool: Tool, params: dict[str, Any], drawn: dict[str, Any]) -> dict[str, Any]:
    """The part of a medium's annotations and text prompt that this tool would use.

    A parameter of the same name takes precedence. The order of annotations makes no difference.
    """
    rows: list[dict[str, Any]] = []
    for name in ("boxes", "points"):
        if name in tool.prompts and not params.get(name):
            rows += drawn[name]
    text = drawn["text"] if "text" in tool.prompts and not params.get("text") else ""
    return {"annotations": sorted(rows, key=str), "text_prompt": text}


def missing_prompt(tool: Tool) -> str:
    """The sentence for a medium that has none of the prompts its tool works from."""
    words = {"boxes": "box", "points": "point", "text": "text prompt"}
    return f"It has no {' or '.join(words[name] for name in tool.prompts)}."
