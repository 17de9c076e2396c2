"""Requests for exports: results by id, or those of a job, a tag or media."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request

from jobs.exporting import asking as exports
from jobs.exporting import choosing
from jobs.exporting.choosing import Chosen
from jobs.library import listing
from jobs.models import JobItem, Tag
from jobs.refusal import Refusal
from jobs.web.fields import WORD_LENGTH, OfferedWord, ParamsField
from jobs.web.own import media_of, own_job

WAYS = ("result_ids", "job_id", "tag", "media_ids")


class ExportRequest(serializers.Serializer):
    """A format, and which results: one of ``result_ids``, ``job_id``, ``tag`` and ``media_ids``."""

    format = OfferedWord(max_length=WORD_LENGTH, help_text="See /v1/export-formats.")
    options = ParamsField(required=False, help_text="The format's options, as JSON.")
    result_ids = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, required=False
    )
    job_id = serializers.UUIDField(required=False, help_text="All results of a job.")
    tag = serializers.CharField(
        max_length=Tag.MAX_LENGTH,
        required=False,
        help_text="The newest result of each tool for each medium with this tag.",
    )
    media_ids = serializers.ListField(
        child=serializers.UUIDField(),
        allow_empty=False,
        required=False,
        help_text="The newest result of each tool for each of these media.",
    )
    tool = serializers.CharField(
        max_length=2 * WORD_LENGTH + 1,
        required=False,
        help_text="Only results of this tool: tool, or plugin/tool. Not with result_ids.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = [name for name in WAYS if name in attrs]
        if not named:
            text = "Say what to export: result_ids, job_id, tag or media_ids."
            raise serializers.ValidationError({"result_ids": text})
        if len(named) > 1:
            text = f"Like {named[0]}, it says what to export. Give only one of them."
            raise serializers.ValidationError({named[1]: text})
        if "tool" in attrs and "result_ids" in attrs:
            text = "The results are named one by one, so there is nothing to choose by a tool."
            raise serializers.ValidationError({"tool": text})
        return attrs


class ExportForm(ExportRequest):
    """The request as a form of the browsable API, which has no fields for lists of ids."""

    result_ids = media_ids = None  # type: ignore[assignment]  # DRF leaves such fields out

    def offer_format(self) -> dict[str, str]:
        return {one.id: one.title for one in exports.formats()}


def chosen_results(request: Request, wanted: dict[str, Any]) -> list[Chosen]:
    """The requested results. Raises Http404 or Refusal for any that are not the user's."""
    tool = wanted.get("tool", "")
    if "result_ids" in wanted:
        return _by_ids(request, wanted["result_ids"])
    if "job_id" in wanted:
        return choosing.of_job(own_job(request.user, wanted["job_id"]), tool)
    if "tag" in wanted:
        name = wanted["tag"]
        if not Tag.objects.visible_to(request.user).filter(name=name).exists():
            text = "You have no such tag."
            raise Refusal(404, text, [("/tag", text)])
        tagged = listing.tagged(listing.of(request.user), name).prefetch_related(None)
        media = list(tagged.values_list("pk", flat=True))
    else:
        media = [medium.pk for medium in media_of(request.user, wanted)]
    return choosing.newest_of(request.user, media, tool)


def _by_ids(request: Request, ids: list[UUID]) -> list[Chosen]:
    found = choosing.by_ids(request.user, ids)
    known = {one.id for one in found}
    absent = [number for number, result_id in enumerate(ids) if result_id not in known]
    if not absent:
        return found
    mine = JobItem.objects.visible_to(request.user)
    own = set(mine.filter(pk__in=[ids[n] for n in absent[:500]]).values_list("pk", flat=True))
    foreign = [n for n in absent if ids[n] not in own]
    if foreign:
        text = f"{len(foreign)} of the results don't exist, or are not yours."
        errors = [(f"/result_ids/{n}", "There is no such result.") for n in foreign]
        raise Refusal(404, text, errors)
    text = f"{len(absent)} of the results can't be exported: they are not completed."
    errors = [(f"/result_ids/{n}", "It is not completed, or no tool's result.") for n in absent]
    raise Refusal(409, text, errors)
