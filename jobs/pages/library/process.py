"""Processing a selection: choose a tool, see what would run and why, start."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jobs.library.selection import Selection, selection
from jobs.models import Media
from jobs.submission import Plan, dry_run, submit
from jobs.web.access import member, member_required
from jobs.web.offers import Faults, Offer, ask, chosen_of, offers, usual_choice

SHOWN = 200
"""Decisions listed one by one; the reasons count all of them."""
OWN_FIELDS = ("csrfmiddlewaretoken", "step", "media", "all", "query")


@require_POST
@member_required
def process(request: HttpRequest) -> HttpResponse:
    """One page per step: ``choose`` a tool, ``preview``, then start what changed or everything."""
    chosen = selection(request)
    media = list(chosen.media(member(request))[: settings.MAX_ITEMS_PER_JOB + 1])
    if not media:
        messages.error(request, "Nothing is selected.")
        return redirect(chosen.back)
    kinds = {medium.kind for medium in media}
    choices = [offer for offer in offers(request.POST) if kinds <= offer.tool.kinds]
    offer = chosen_of(choices)
    step = request.POST.get("step", "choose")
    faults = Faults()
    if step == "choose":
        return _choose(request, chosen, media, choices, faults)
    if offer is None:
        faults.sentences.append("Choose a tool; the one that was sent can't be used now.")
        return _choose(request, chosen, media, choices, faults)

    def answer(params: dict[str, Any]) -> HttpResponse:
        planned = offer.plan(kinds, params, only_changed=step != "all")
        if step in ("changed", "all"):
            return redirect("job", submit(member(request), planned, media).pk)
        return _preview(request, chosen, media, offer, planned)

    return ask(offer.form, faults, answer) or _choose(request, chosen, media, choices, faults)


def _choose(
    request: HttpRequest,
    chosen: Selection,
    media: Sequence[Media],
    choices: list[Offer],
    faults: Faults,
) -> HttpResponse:
    context: dict[str, Any] = {
        "selection": chosen,
        "total": len(media),
        "offers": choices,
        "chosen": usual_choice(member(request), choices, request.POST.get("tool")),
        "faults": faults,
    }
    return render(request, "library/choose.html", context, status=400 if faults else 200)


def _preview(
    request: HttpRequest, chosen: Selection, media: Sequence[Media], offer: Offer, planned: Plan
) -> HttpResponse:
    changed = dry_run(planned, media)
    everything = dry_run(replace(planned, only_changed=False), media)
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
