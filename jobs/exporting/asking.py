"""Exports: results in the formats of other programs, made as jobs of the server's own plugin.

Each format is a tool of the plugin ``exports``, its parameters are the format's options, and its
``capabilities`` are the output kinds it accepts (see ``takes``).
"""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings

from jobs import downloads, storage
from jobs.exporting.choosing import Chosen
from jobs.exporting.selections import document, with_selection
from jobs.intake.names import clean
from jobs.models import Artifact, Blob, ItemStatus, Job, JobItem, Media, MediaKind
from jobs.refusal import Refusal, below
from jobs.results.outputs import output_kinds
from jobs.submission.planning import Plan
from jobs.submission.writing import write
from plugins_app.finding import registry
from plugins_app.manifests.explain import did_you_mean
from plugins_app.manifests.manifest import Manifest, Tool
from plugins_app.manifests.params import InvalidParams, normalise
from plugins_app.outputs import KINDS

PLUGIN = "exports"
ARTIFACT_KIND = "export"
WITH_PICTURES = ("pdf",)
"""Formats that contain the picture itself."""
USELESS = (ItemStatus.FAILED, ItemStatus.CANCELED, ItemStatus.SKIPPED)


def formats() -> tuple[Tool, ...]:
    return exporter().tools


def takes(chosen: Tool) -> tuple[str, ...]:
    """The output kinds that a format accepts: those it names, with ``things`` every kind that lists
    things, with ``any`` all kinds."""
    words = set(chosen.capabilities)
    return tuple(
        name
        for name, kind in KINDS.items()
        if {name, "any"} & words or ("things" in words and kind.has_things)
    )


def formats_for(kinds: set[str]) -> list[Tool]:
    """The formats that accept at least one of these output kinds."""
    return [one for one in formats() if kinds & set(takes(one))]


def kinds_of(results: Sequence[Chosen]) -> set[str]:
    """The output kinds of some results."""
    known = output_kinds()
    tools = {(one.plugin_id, one.tool) for one in results}
    return {known.get(tool, "json") for tool in tools}


def format_named(name: str) -> Tool:
    """The format with this id. Raises Refusal if there is none."""
    found = {one.id: one for one in formats()}
    if name not in found:
        text = f"There is no format {name!r}.{did_you_mean(name, list(found))}"
        raise Refusal(422, f"{text} There are: {', '.join(found)}.")
    return found[name]


def request(
    owner: Any, results: Sequence[Chosen], name: str, options: dict[str, Any] | None = None
) -> Job:
    """Export these results of the owner; returns the new job, or the one that already did it.

    Raises Refusal: 400 for no results, 413 for too many, 422 for a format that accepts none of
    them and for invalid options.
    """
    chosen = format_named(name)
    _check(results, chosen)
    return _request(owner, document(results), _title(results), chosen, options or {})


def checked_options(chosen: Tool, options: dict[str, Any]) -> dict[str, Any]:
    """The options with defaults filled in. Raises Refusal (422) if one is invalid."""
    try:
        return normalise(chosen, options)
    except InvalidParams as error:
        raise options_refused(error) from error


def options_refused(error: InvalidParams) -> Refusal:
    """What to say of options that don't fit their format."""
    return Refusal(422, "The options are not right.", below("options", error.errors))


def find(owner: Any, results: Sequence[Chosen], name: str, options: dict[str, Any]) -> Job | None:
    """The newest job that makes, has made or failed to make exactly this export.

    Raises Refusal.
    """
    chosen = format_named(name)
    digest = hashlib.sha256(document(results)).hexdigest()
    blob = Blob.objects.filter(owner=owner, sha256=digest).first()
    params = checked_options(chosen, options)
    return _job_of(blob, chosen, params, useless=()) if blob else None


def exports_of(owner: Any) -> Any:
    """The owner's export jobs."""
    return Job.objects.visible_to(owner).filter(job_type=MediaKind.SELECTION, plugin_id=PLUGIN)


def again(job: Job) -> Job:
    """Repeat an export that failed or was canceled. Raises Refusal if it has not ended."""
    if not job.is_final:
        raise Refusal(409, "The export has not ended yet. Cancel it first, or wait.")
    item = job.items.select_related("media__blob").get()
    try:
        with storage.open_file(item.media.blob.file.name) as file:
            data = file.read()
    except FileNotFoundError:
        text = "The list of what was selected is gone. Select the results again."
        raise Refusal(409, text) from None
    return _request(job.owner, data, item.media.filename, format_named(item.tool), job.params)


def artifact_of(job: Job) -> Artifact | None:
    """The file that an export has made, or None before that."""
    made = Artifact.objects.filter(item__job=job, kind=ARTIFACT_KIND)
    return made.select_related("item__media__blob").first()


def file_name(artifact: Artifact) -> str:
    """The file name of the download, from its input or its number of results."""
    item: JobItem = artifact.item
    extension = artifact.name.rpartition(".")[2]
    title = item.media.filename
    single = item.media.blob.probe.get("results") == 1
    stem = downloads.stem(title) if single else title
    return f"{stem}-{item.tool}.{extension}"


def _request(owner: Any, data: bytes, title: str, chosen: Tool, options: dict[str, Any]) -> Job:
    params = checked_options(chosen, options)

    def make(medium: Media) -> Job:
        plan = Plan(exporter(), (chosen,), options, {chosen.id: params})
        return write(owner, plan, [(medium, chosen)])

    return with_selection(owner, data, title, lambda blob: _job_of(blob, chosen, params), make)


def exporter() -> Manifest:
    return registry.get(PLUGIN).manifest


def _check(results: Sequence[Chosen], chosen: Tool) -> None:
    most = settings.MAX_ITEMS_PER_JOB
    if not results:
        raise Refusal(400, "There is no result to export in what was selected.")
    if len(results) > most:
        text = f"{len(results)} results are more than one export takes ({most})."
        raise Refusal(413, text)
    kinds = kinds_of(results)
    if not kinds & set(takes(chosen)):
        fitting = ", ".join(one.id for one in formats_for(kinds)) or "none"
        given = " and ".join(sorted(kinds))
        text = f"{chosen.title} does not support results of the kind {given}."
        text += f" Formats that do: {fitting}."
        raise Refusal(422, text)


def _title(results: Sequence[Chosen]) -> str:
    if len(results) > 1:
        return f"{len(results)} results"
    names = Media.objects.filter(pk=results[0].media_id).values_list("filename", flat=True)
    return clean(names.first())


def _job_of(
    blob: Blob, chosen: Tool, params: dict[str, Any], useless: Collection[str] = USELESS
) -> Job | None:
    """The newest job with this export, except those in a ``useless`` state."""
    made = JobItem.objects.filter(media__blob=blob, plugin_id=PLUGIN, tool=chosen.id)
    for item in made.exclude(status__in=useless).select_related("job").order_by("-pk"):
        job = item.job
        same = job.tool_params.get(chosen.id) == params
        if same and job.plugin_version == exporter().version:
            return job
    return None
