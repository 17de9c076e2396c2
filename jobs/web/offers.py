"""Tools as choices in a form, each with the form of its settings, and the use of what was sent."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.http import QueryDict

from jobs.models import Job, MediaKind, Pause
from jobs.refusal import Refusal
from jobs.submission import Plan, plan
from jobs.submission.availability import Availability
from plugins_app.manifests.manifest import ManifestError, Tool
from plugins_app.models import Plugin, Source
from plugins_app.pages.schema_form import SchemaForm

KINDS = ("image", "video")
"""Kinds of media that intake takes."""
FIRST = "ocr/extract_text"
"""What a newcomer's form begins with."""
T = TypeVar("T")


@dataclass
class Faults:
    """What is wrong with a page's form: sentences about the whole form, files with their errors,
    and the number of settings that show an error of their own."""

    sentences: list[str] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)
    marked: int = 0

    def __bool__(self) -> bool:
        return bool(self.sentences or self.files or self.marked)


@dataclass(frozen=True)
class Offer:
    """One tool of a plugin as a choice, sent as ``key``; the form is bound if it was chosen.

    ``note`` stands below the title. ``paused``: jobs are accepted, but wait.
    """

    key: str
    plugin_id: str
    tool: Tool
    form: SchemaForm
    plugin_name: str = ""
    note: str = ""
    paused: bool = False

    @property
    def kinds(self) -> str:
        """Kinds of media it takes, separated by spaces."""
        return " ".join(sorted(self.tool.kinds))

    @property
    def takes(self) -> str:
        """The same for people: ``images and videos``."""
        return " and ".join(f"{kind}s" for kind in sorted(self.tool.kinds))

    def plan(
        self, kinds: Collection[str], params: dict[str, Any], *, only_changed: bool = False
    ) -> Plan:
        """The plan to run it over media of these kinds. Raises Refusal."""
        return plan(
            self.plugin_id, kinds, tools=[self.tool.id], params=params, only_changed=only_changed
        )


def key_of(plugin_id: str, tool_id: str) -> str:
    """``ocr/extract_text``."""
    return f"{plugin_id}/{tool_id}"


def offers(sent: QueryDict | None = None) -> list[Offer]:
    """Every tool that accepts jobs now and takes a kind of media that can be uploaded.

    Built-in tools come first, so that installing a plugin does not change the default choice.
    What was ``sent`` selects one and fills in its form.
    """
    availability = Availability()
    lanes = set(Pause.objects.values_list("lane", flat=True))
    plugins = Plugin.objects.listed().order_by("name", "id")
    return [
        _offer(plugin, tool, sent, plugin.paused or _pauses(lanes, tool.lane))
        for plugin in sorted(plugins, key=lambda one: one.source != Source.BUILTIN)
        if availability.takes_jobs(plugin)
        for tool in _tools(plugin)
        if tool.kinds & set(KINDS)
    ]


def _offer(plugin: Plugin, tool: Tool, sent: QueryDict | None, paused: bool) -> Offer:
    key = key_of(plugin.pk, tool.id)
    texts = sent if sent and sent.get("tool") == key else None
    form = SchemaForm(tool, texts, key=key, slug=f"{plugin.pk}-{tool.id}")
    note = f"{plugin.name} {plugin.version}"
    return Offer(key, plugin.pk, tool, form, plugin.name, note, paused)


def _pauses(lanes: set[str], lane: str) -> bool:
    return not lanes.isdisjoint({lane, Pause.EVERYTHING})


def chosen_of(choices: list[Offer]) -> Offer | None:
    """The one that was sent, if it is among them."""
    return next((one for one in choices if one.form.is_bound), None)


def ask(form: SchemaForm, faults: Faults, use: Callable[[dict[str, Any]], T]) -> T | None:
    """What ``use`` makes of the parameters in a filled form.

    None if they are not right, or if ``use`` raises Refusal; the form and ``faults`` say
    why.
    """
    if form.is_valid():
        try:
            return use(form.cleaned_data)
        except Refusal as error:
            form.refuse(error.inner_errors or [("", error.message)])
    faults.sentences += map(str, form.non_field_errors())
    faults.marked = form.marked
    return None


def usual_choice(owner: Any, choices: list[Offer], wished: str | None = None) -> str:
    """The preselected key: the one requested, the one used last, reading text, or the first. The
    last two skip paused tools where possible."""
    keys = [offer.key for offer in choices]
    if wished:
        found = [key for key in keys if key == wished or key.startswith(f"{wished}/")]
        if found:
            return found[0]
    mine = Job.objects.visible_to(owner).exclude(job_type=MediaKind.SELECTION)
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
