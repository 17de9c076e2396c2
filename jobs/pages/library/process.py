"""Processing a selection: choose a tool, see what would run and why, start."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jobs.library.selection import Selection, selection
from jobs.models import Media
from jobs.submission import Plan, SubmissionError, plan, preview, submit
from jobs.web.access import member, member_required
from jobs.web.offers import Faults, Offer, filled, offers, raw_params, usual_choice
from plugins_app.manifests.params import InvalidParams, coerce_form

SHOWN = 200
"""Decisions listed one by one; the reasons count all of them."""
OWN_FIELDS = ("csrfmiddlewaretoken", "step", "media", "all", "query")


@require_POST
@member_required
def process(request: HttpRequest) -> HttpResponse:
    """One page a step: ``choose`` a tool, ``preview``, then start what changed or all."""
    chosen = selection(request)
    media = list(chosen.media(member(request))[: settings.MAX_ITEMS_PER_JOB + 1])
    if not media:
        messages.error(request, "Nothing is selected.")
        return redirect(chosen.back)
    kinds = {medium.kind for medium in media}
    choices = [offer for offer in offers() if kinds <= offer.tool.kinds]
    step = request.POST.get("step", "choose")
    key = request.POST.get("tool", "")
    offer = next((one for one in choices if one.key == key), None)
    faults = Faults()
    if step == "choose" or offer is None:
        if step != "choose":
            faults.form.append("Choose a tool; the one that was sent can't be used now.")
        return _choose(request, chosen, media, choices, faults)
    planned = _plan(offer, request, kinds, faults, only_changed=step != "all")
    if planned is not None:
        try:
            if step in ("changed", "all"):
                return redirect("job", submit(member(request), planned, media).pk)
            return _preview(request, chosen, media, offer, planned)
        except SubmissionError as error:
            faults.form.append(error.message)
    return _choose(request, chosen, media, choices, faults)


def _plan(
    offer: Offer, request: HttpRequest, kinds: set[str], faults: Faults, *, only_changed: bool
) -> Plan | None:
    try:
        params = coerce_form(offer.tool, raw_params(offer, request.POST))
        return plan(
            offer.plugin.pk, kinds, tools=[offer.tool.id], params=params, only_changed=only_changed
        )
    except InvalidParams as error:
        pairs = error.errors
    except SubmissionError as error:
        if not error.errors:
            faults.form.append(error.message)
        pairs = error.errors
    known = offer.tool.params.get("properties", {})
    for pointer, sentence in pairs:
        name = pointer.lstrip("/").partition("/")[0]
        if name in known:
            faults.fields.setdefault(name, sentence)
        else:
            faults.form.append(sentence)
    return None


def _choose(
    request: HttpRequest,
    chosen: Selection,
    media: Sequence[Media],
    choices: list[Offer],
    faults: Faults,
) -> HttpResponse:
    key = request.POST.get("tool", "")
    if all(one.key != key for one in choices):
        key = usual_choice(member(request), choices)
    wrong = bool(faults.form or faults.fields)
    if wrong or request.POST.get("tool"):
        choices = [
            filled(one, request.POST, faults.fields) if one.key == key else one for one in choices
        ]
    context: dict[str, Any] = {
        "selection": chosen,
        "total": len(media),
        "offers": choices,
        "chosen": key,
        "faults": faults,
    }
    return render(request, "library/choose.html", context, status=400 if wrong else 200)


def _preview(
    request: HttpRequest, chosen: Selection, media: Sequence[Media], offer: Offer, planned: Plan
) -> HttpResponse:
    changed = preview(planned, media)
    everything = preview(
        plan(
            offer.plugin.pk,
            {medium.kind for medium in media},
            tools=[offer.tool.id],
            params=planned.params,
        ),
        media,
    )
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in OWN_FIELDS
        for value in values
    ]
    context: dict[str, Any] = {
        "selection": chosen,
        "offer": offer,
        "preview": changed,
        "shown": changed.decisions[:SHOWN],
        "left_out": max(len(changed.decisions) - SHOWN, 0),
        "all_to_run": everything.to_run,
        "sent": sent,
    }
    return render(request, "library/preview.html", context)
