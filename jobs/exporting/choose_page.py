"""Choosing a format and its options, and starting the export."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jobs.exporting import asking as exports
from jobs.exporting.page_source import Source, source
from jobs.results.outputs import output_kinds
from jobs.submission import SubmissionError
from jobs.web.access import member, member_required
from jobs.web.offers import Faults
from plugins_app.manifests.manifest import Tool
from plugins_app.manifests.params import InvalidParams, coerce_form
from plugins_app.pages.fields import Fields, form_fields, form_values, given_only


@dataclass(frozen=True)
class FormatOffer:
    """One format as a choice in the form; ``count`` of the results are of a kind that it takes."""

    tool: Tool
    fields: Fields
    count: int

    @property
    def key(self) -> str:
        """What the form sends to choose it."""
        return self.tool.id

    @property
    def prefix(self) -> str:
        """How the names of its fields begin."""
        return f"{self.tool.id}:"

    @property
    def slug(self) -> str:
        """The same for HTML ids."""
        return f"format-{self.tool.id}"


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def new_export(request: HttpRequest) -> HttpResponse:
    """The form; with ``step=start``, the export is asked for."""
    wanted = source(request)
    if not wanted.results:
        messages.error(request, "There is no result to export in what was selected.")
        return redirect(wanted.back)
    faults = Faults()
    sent = request.method == "POST" and request.POST.get("step") == "start"
    if sent and (job_id := _start(request, wanted, faults)):
        return redirect("export", job_id)
    return _choose(request, wanted, faults)


def _start(request: HttpRequest, wanted: Source, faults: Faults) -> object | None:
    """Ask for the export; gives its id, or None with what is wrong in ``faults``."""
    try:
        chosen = exports.format_named(request.POST.get("format", ""))
        values = form_values(chosen, _texts(request), f"{chosen.id}:")
        options = coerce_form(chosen, given_only(chosen, values))
        return exports.request(member(request), wanted.results, chosen.id, options).pk
    except InvalidParams as error:
        pairs = error.errors
    except SubmissionError as error:
        pairs = error.errors
        if not pairs:
            faults.form.append(error.message)
    for pointer, sentence in pairs:
        faults.fields.setdefault(pointer.lstrip("/").partition("/")[0], sentence)
    return None


def _choose(request: HttpRequest, wanted: Source, faults: Faults) -> HttpResponse:
    known = output_kinds()
    kinds = [known.get((one.plugin_id, one.tool), "json") for one in wanted.results]
    offers = []
    key = request.POST.get("format", "")
    for tool in exports.formats_for(set(kinds)):
        fields = form_fields(tool)
        if tool.id == key:
            values = form_values(tool, _texts(request), f"{tool.id}:")
            fields = form_fields(tool, values, faults.fields)
        offers.append(FormatOffer(tool, fields, sum(kind in tool.capabilities for kind in kinds)))
    if all(offer.key != key for offer in offers):
        key = offers[0].key
    context = {
        "source": wanted,
        "total": len(wanted.results),
        "offers": offers,
        "chosen": key,
        "faults": faults,
    }
    wrong = bool(faults.form or faults.fields)
    return render(request, "exports/new.html", context, status=400 if wrong else 200)


def _texts(request: HttpRequest) -> dict[str, str]:
    return {name: str(request.POST[name]) for name in request.POST}
