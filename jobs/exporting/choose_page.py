"""The page for choosing a format and its options and starting the export."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jobs.exporting import asking as exports
from jobs.exporting.page_source import Source, source
from jobs.models import Job
from jobs.refusal import Refusal
from jobs.results.outputs import output_kinds
from jobs.web.access import member, member_required
from jobs.web.offers import Faults, Offer, ask, chosen_of
from plugins_app.pages.schema_form import SchemaForm


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def new_export(request: HttpRequest) -> HttpResponse:
    """Show the form; with ``step=start``, start the export."""
    wanted = source(request)
    if not wanted.results:
        messages.error(request, "There is no result to export in what was selected.")
        return redirect(wanted.back)
    faults = Faults()
    offers = _offers(request, wanted)
    sent = request.method == "POST" and request.POST.get("step") == "start"
    if sent and (job := _start(request, wanted, chosen_of(offers), faults)):
        return redirect("export", job.pk)
    key = request.POST.get("format", "")
    context = {
        "source": wanted,
        "total": len(wanted.results),
        "offers": offers,
        "chosen": key if any(one.key == key for one in offers) else offers[0].key,
        "faults": faults,
    }
    return render(request, "exporting/new.html", context, status=400 if faults else 200)


def _start(request: HttpRequest, wanted: Source, offer: Offer | None, faults: Faults) -> Job | None:
    start = partial(
        exports.request, member(request), wanted.results, request.POST.get("format", "")
    )
    if offer:
        return ask(offer.form, faults, start)
    try:
        return start()
    except Refusal as error:  # there is no such format, or it has no place for these
        faults.sentences.append(error.message)
    return None


def _offers(request: HttpRequest, wanted: Source) -> list[Offer]:
    known = output_kinds()
    kinds = [known.get((one.plugin_id, one.tool), "json") for one in wanted.results]
    offers = []
    for tool in exports.formats_for(set(kinds)):
        sent = request.POST if request.POST.get("format") == tool.id else None
        form = SchemaForm(tool, sent, key=tool.id, slug=f"format-{tool.id}")
        fit = sum(kind in exports.takes(tool) for kind in kinds)
        note = f"{fit} of {len(kinds)} results fit" if fit < len(kinds) else ""
        offers.append(Offer(tool.id, exports.PLUGIN, tool, form, note=note))
    return offers
