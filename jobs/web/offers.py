"""The tools that the upload page offers, and the form of each."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from jobs.models import Job, MediaKind, Pause, Worker
from plugins_app.manifests.manifest import ManifestError, Tool
from plugins_app.models import Plugin, Source
from plugins_app.pages.fields import Fields, form_fields, form_values, given_only

KINDS = ("image", "video")
"""Kinds of media that intake takes."""
FIRST = "ocr/extract_text"
"""What a newcomer's form begins with."""


@dataclass
class Faults:
    """What is wrong with a form: the whole of it, its files by name, its fields by name."""

    form: list[str] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Offer:
    """One tool of one plugin, as a choice in the form."""

    plugin: Plugin
    tool: Tool
    fields: Fields
    paused: bool = False

    @property
    def key(self) -> str:
        """What the form sends to choose it."""
        return key_of(self.plugin.pk, self.tool.id)

    @property
    def prefix(self) -> str:
        """How the names of its fields begin."""
        return f"{self.key}:"

    @property
    def slug(self) -> str:
        """The same for HTML ids."""
        return f"{self.plugin.pk}-{self.tool.id}"

    @property
    def kinds(self) -> str:
        """Kinds of media it takes, divided by blanks."""
        return " ".join(sorted(self.tool.kinds))

    @property
    def takes(self) -> str:
        """The same for people: ``images and videos``."""
        return " and ".join(f"{kind}s" for kind in sorted(self.tool.kinds))


def key_of(plugin_id: str, tool_id: str) -> str:
    """``ocr/extract_text``."""
    return f"{plugin_id}/{tool_id}"


def offers() -> list[Offer]:
    """Every tool that can be submitted to now and takes a kind that intake takes.

    The built-in ones come first, so that a form does not begin with another one because a plugin
    was installed. ``paused``: jobs are taken and wait.
    """
    elsewhere = {name for worker in Worker.objects.alive() for name in worker.plugins}
    lanes = set(Pause.objects.values_list("lane", flat=True))
    plugins = Plugin.objects.listed().filter(enabled=True).order_by("name", "id")
    return [
        Offer(plugin, tool, form_fields(tool), plugin.paused or _pauses(lanes, tool.lane))
        for plugin in sorted(plugins, key=lambda one: one.source != Source.BUILTIN)
        if plugin.available or plugin.pk in elsewhere
        for tool in _tools(plugin)
        if tool.kinds & set(KINDS)
    ]


def _pauses(lanes: set[str], lane: str) -> bool:
    return not lanes.isdisjoint({lane, Pause.EVERYTHING})


def filled(offer: Offer, sent: QueryDict, errors: dict[str, str]) -> Offer:
    """The same offer with what was typed, and what is wrong with it."""
    values = form_values(offer.tool, _texts(sent), offer.prefix)
    return replace(offer, fields=form_fields(offer.tool, values, errors))


def raw_params(offer: Offer, sent: QueryDict) -> dict[str, str]:
    """The texts of the offer's own fields, without those that were left empty."""
    return given_only(offer.tool, form_values(offer.tool, _texts(sent), offer.prefix))


def usual_choice(owner: Any, choices: list[Offer], wished: str | None = None) -> str:
    """The key to begin with: the one wished for, the one used last, reading text, or the first;
    of the last two none that is paused, if there is another."""
    keys = [offer.key for offer in choices]
    if wished:
        found = [key for key in keys if key == wished or key.startswith(f"{wished}/")]
        if found:
            return found[0]
    mine = Job.objects.filter(owner=owner).exclude(job_type=MediaKind.SELECTION)
    last = mine.order_by("-pk").first()
    if last and last.tools and key_of(last.plugin_id, last.tools[0]) in keys:
        return key_of(last.plugin_id, last.tools[0])
    going = [offer.key for offer in choices if not offer.paused] or keys
    if FIRST in going:
        return FIRST
    return going[0] if going else ""


def _tools(plugin: Plugin) -> tuple[Tool, ...]:
    try:
        return plugin.parsed_manifest.tools
    except ManifestError:
        return ()


def _texts(sent: QueryDict) -> dict[str, str]:
    return {name: str(sent[name]) for name in sent}
