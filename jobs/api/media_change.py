"""What may be changed of a medium: its name, its text prompt, its tags."""

from typing import Any

from rest_framework import serializers

from jobs import prompts
from jobs.intake import names
from jobs.library import tags
from jobs.models import Media, Tag


class MediaChange(serializers.Serializer):
    """New values; what is not given stays as it is."""

    filename = serializers.CharField(max_length=names.MAX_LENGTH, required=False)
    text_prompt = serializers.CharField(
        allow_blank=True,
        max_length=prompts.MAX_TEXT_LENGTH,
        required=False,
        help_text="For tools that take one.",
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=Tag.MAX_LENGTH),
        max_length=tags.MAX_PER_MEDIUM,
        required=False,
        help_text="All its tags from now on.",
    )


def apply(medium: Media, wanted: dict[str, Any]) -> None:
    """Write what was given. Raises Refusal 422 for names that can't be tags."""
    changed = {name: wanted[name] for name in ("filename", "text_prompt") if name in wanted}
    if "filename" in changed:
        changed["filename"] = names.clean(changed["filename"])
    if "tags" in wanted:
        tags.replace(medium, wanted["tags"])
    if changed:
        for name, value in changed.items():
            setattr(medium, name, value)
        medium.save(update_fields=list(changed))
