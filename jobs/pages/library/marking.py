"""Sets a text prompt or a tag on many media at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jobs.library import tags
from jobs.library.selection import selection
from jobs.models import Media
from jobs.prompts import MAX_TEXT_LENGTH
from jobs.refusal import Refusal
from jobs.web.access import member, member_required

CHUNK = 500


@require_POST
@member_required
def set_prompt(request: HttpRequest) -> HttpResponse:
    """Set one text prompt on the selected media; an empty one removes theirs."""
    chosen = selection(request)
    text = request.POST.get("text_prompt", "").replace("\0", "").strip()[:MAX_TEXT_LENGTH]
    ids = _ids(request)
    for start in range(0, len(ids), CHUNK):
        Media.objects.filter(pk__in=ids[start : start + CHUNK]).update(text_prompt=text)
    _tell(request, len(ids), "The text prompt was set on" if text else "No text prompt any more on")
    return redirect(chosen.back)


@require_POST
@member_required
def set_tag(request: HttpRequest) -> HttpResponse:
    """Add a tag to the selected media, or remove it."""
    chosen = selection(request)
    name = request.POST.get("tag_name", "")
    ids = _ids(request)
    try:
        if request.POST.get("change") == "remove":
            tags.remove(member(request).pk, ids, tags.clean(name))
            _tell(request, len(ids), "The tag was taken off")
        elif ids:
            tags.add(member(request).pk, ids, name)
            _tell(request, len(ids), "The tag was put on")
        else:
            _tell(request, 0, "")
    except Refusal as error:
        messages.error(request, error.message)
    return redirect(chosen.back)


def _ids(request: HttpRequest) -> list[object]:
    media = selection(request).media(member(request))
    return list(media.prefetch_related(None).values_list("pk", flat=True))


def _tell(request: HttpRequest, count: int, what: str) -> None:
    if count:
        messages.success(request, f"{what} {count} file{'' if count == 1 else 's'}.")
    else:
        messages.error(request, "Nothing is selected.")
