"""What changed since the newest result: for which media a tool would now give another, and why.

A result's run record says what produced it. If all of that is unchanged, running again would
give the same result, so it can be reused.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from jobs import prompts
from jobs.models import ItemStatus, JobItem, Media
from plugins_app.manifests.manifest import Tool
from plugins_app.models import Plugin

COMPARED = (
    ("version", "The plugin has another version."),
    ("code_digest", "The plugin's code changed."),
    ("model_digest", "The plugin's model changed."),
    ("input_sha256", "The file changed."),
    ("params", "The parameters changed."),
    ("annotations", ""),  # see annotations_changed
    ("text_prompt", "The text prompt changed."),
)
"""Members of a run record that affect the result, each with the sentence for a difference."""

PLURALS = {"box": "boxes", "point": "points"}


@dataclass(frozen=True)
class Decision:
    """Whether one tool has to run on one medium (again), and why or why not.

    ``reuse`` is the item whose result is still valid. With neither ``run`` nor ``reuse``, the
    medium lacks the prompt that the tool needs.
    """

    media: Media
    tool: Tool
    run: bool
    why: str
    reuse: JobItem | None = None


def decide(
    plugin_id: str,
    tools: Sequence[Tool],
    tool_params: dict[str, dict[str, Any]],
    media: Sequence[Media],
    *,
    only_changed: bool,
) -> Iterator[Decision]:
    """A decision for each medium and each tool, in that order, in a constant number of queries."""
    plugin = Plugin.objects.get(pk=plugin_id)
    newest = {tool.id: _newest_results(plugin_id, tool.id, media) for tool in tools}
    drawn = prompts.prompts_of(media) if any(tool.prompts for tool in tools) else {}
    for medium in media:
        for tool in tools:
            params = tool_params[tool.id]
            used = prompts.used_prompts(tool, params, drawn.get(medium.pk) or prompts.NO_PROMPTS)
            if tool.prompts and not any(used.values()) and not _brings_prompt(tool, params):
                yield Decision(medium, tool, False, prompts.missing_prompt(tool))
                continue
            old = newest[tool.id].get(medium.pk)
            now = {
                "version": plugin.version,
                "code_digest": plugin.code_digest,
                "model_digest": plugin.model_digest,
                "input_sha256": medium.blob.sha256,
                "params": params,
                **used,
            }
            yield _decision(medium, tool, old, now, only_changed)


def annotations_changed(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> str:
    """A sentence on what changed in the boxes and points that a tool used."""
    added = Counter(map(_prompt_key, new)) - Counter(map(_prompt_key, old))
    gone = Counter(map(_prompt_key, old)) - Counter(map(_prompt_key, new))
    count = max(added.total(), gone.total())
    kinds = {shape for shape, _ in (added | gone)}
    replaced = added.total() == gone.total()
    if len(kinds) != 1 or (added and gone and not replaced):
        return "The annotations changed."
    done = "changed" if replaced else "added" if added else "deleted"
    shape = kinds.pop()
    return f"A {shape} was {done}." if count == 1 else f"{count} {PLURALS[shape]} were {done}."


def _prompt_key(prompt: dict[str, Any]) -> tuple[str, str]:
    return ("box" if "bbox" in prompt else "point", str(sorted(prompt.items())))


def _decision(
    medium: Media, tool: Tool, old: JobItem | None, now: dict[str, Any], only_changed: bool
) -> Decision:
    if not only_changed:
        return Decision(medium, tool, True, "All items were requested.")
    if old is None:
        return Decision(medium, tool, True, "It is new.")
    for name, sentence in COMPARED:
        if old.run.get(name) != now[name]:
            said = sentence or annotations_changed(old.run.get(name) or [], now[name])
            return Decision(medium, tool, True, said)
    return Decision(medium, tool, False, "Nothing changed.", old)


def _newest_results(plugin_id: str, tool_id: str, media: Sequence[Media]) -> dict[Any, JobItem]:
    """The newest completed item of this tool for each medium."""
    completed = JobItem.objects.filter(
        media=OuterRef("pk"), plugin_id=plugin_id, tool=tool_id, status=ItemStatus.COMPLETED
    ).order_by("-finished_at")
    ids = [medium.pk for medium in media]
    newest = (
        Media.objects.filter(pk__in=ids)
        .annotate(newest=Subquery(completed.values("pk")[:1]))
        .exclude(newest=None)
        .values_list("newest", flat=True)
    )
    items = JobItem.objects.filter(pk__in=list(newest)).defer("log")
    return {item.media_id: item for item in items}


def _brings_prompt(tool: Tool, params: dict[str, Any]) -> bool:
    return any(params.get(name) for name in tool.prompts)
