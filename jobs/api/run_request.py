"""What may be asked for: a plugin, its tools and their parameters, on files or on media."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.http import QueryDict
from django.utils.functional import cached_property
from rest_framework import serializers
from rest_framework.request import Request

from jobs.models import Priority
from jobs.refusal import Refusal
from jobs.submission import Plan, plan
from jobs.web.body import checked, refuse_unknown
from jobs.web.fields import WORD_LENGTH, OfferedWord, OfferedWords, ParamsField, WordsField
from jobs.web.offers import Offer, offers, usual_choice

MAX_DEADLINE = timedelta(days=31)
PRIORITIES = {choice.name.lower(): choice for choice in Priority}
TOOL_NAMES = ("tool", "tools", "mode")


class RunRequest(serializers.Serializer):
    """What to run."""

    plugin_id = OfferedWord(max_length=WORD_LENGTH, help_text="The plugin, or an alias.")
    tool = OfferedWords(required=False, help_text="One tool or several; default if left out.")
    tools = WordsField(required=False, help_text="The same as tool.")
    mode = WordsField(required=False, help_text="The same as tool.")
    logical_tool_id = WordsField(
        required=False, help_text="A capability of a tool, or several, instead of tool."
    )
    params = ParamsField(required=False, help_text="The tools' parameters, as JSON.")
    priority = serializers.ChoiceField(
        choices=list(PRIORITIES), required=False, help_text="High is for staff."
    )
    deadline_seconds = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=int(MAX_DEADLINE.total_seconds()),
        help_text="What has not started by then fails as expired.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [name for name in TOOL_NAMES if name in attrs]
        if len(given) > 1:
            raise serializers.ValidationError(
                {given[1]: f"This means the same as {given[0]}. Give only one of them."}
            )
        return attrs


class JobUpload(RunRequest):
    """What to run, with the files to run it on."""

    file = serializers.FileField(help_text="The image or video; repeat the field to send several.")


class UploadForm(JobUpload):
    """The same as the browsable API's form shows it: each thing under one name only."""

    tools = mode = logical_tool_id = None  # type: ignore[assignment]  # DRF leaves such fields out

    def offer_plugin_id(self) -> dict[str, str]:
        """The plugins that have a tool for what the route takes, first the one used last."""
        usual = usual_choice(self.context["request"].user, self._offers).partition("/")[0]
        usual_first = sorted(self._offers, key=lambda offer: offer.plugin_id != usual)
        return {offer.plugin_id: offer.plugin_name for offer in usual_first}

    def offer_tool(self) -> dict[str, dict[str, str]]:
        """Their tools, by the names of their plugins."""
        groups: dict[str, dict[str, str]] = {}
        for offer in self._offers:
            groups.setdefault(offer.plugin_name, {})[offer.tool.id] = offer.tool.title
        return groups

    @cached_property
    def _offers(self) -> list[Offer]:
        kind = getattr(self.context["view"], "kind", None)
        return [offer for offer in offers() if kind is None or kind in offer.tool.kinds]


class RetryRequest(serializers.Serializer):
    """What of a job to run again."""

    only = serializers.ChoiceField(
        choices=["all", "failed"], required=False, help_text="What failed only; all if left out."
    )


class JobRequest(RunRequest):
    """What to run, on media of the library."""

    media_ids = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, required=False
    )
    image_ids = serializers.ListField(
        child=serializers.UUIDField(),
        allow_empty=False,
        required=False,
        help_text="The same as media_ids.",
    )
    only_changed = serializers.BooleanField(
        required=False, help_text="Skip what would give the result that is there already."
    )
    force_all = serializers.BooleanField(
        required=False, help_text="The opposite of only_changed, and what happens without either."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [name for name in ("media_ids", "image_ids") if name in attrs]
        if not given:
            raise serializers.ValidationError(
                {"media_ids": "Say which media to run on, or send files as multipart/form-data."}
            )
        if len(given) > 1:
            raise serializers.ValidationError({"image_ids": "Give media_ids or image_ids."})
        if "only_changed" in attrs and attrs["only_changed"] is attrs.get("force_all"):
            text = "It contradicts only_changed. Give one of them."
            raise Refusal(422, f"force_all: {text}", [("/force_all", text)])
        return super().validate(attrs)


def read_form(
    request: Request, names: dict[str, str] | None = None, **defaults: str
) -> dict[str, Any]:
    """The checked members of a multipart request, from its query string and its form.

    ``names`` maps other spellings in the query string to ours; ``defaults`` fill what is missing.
    """
    form: Any = request.data or QueryDict()  # without a body it is a plain dict
    files = list(request.FILES)
    refuse_unknown((name for name in form if name not in files), RunRequest)
    given = request.query_params.copy()
    for name, values in form.lists():
        if name not in files:
            given.setlist(name, values)
    for other, name in (names or {}).items():
        if other in given and name not in given:
            given.setlist(name, given.getlist(other))
    for name, value in defaults.items():
        given.setdefault(name, value)
    return checked(RunRequest(data=given))


def plan_for(request: Request, wanted: dict[str, Any], kinds: str | Collection[str]) -> Plan:
    """Check what is wanted for these kinds of media. Raises Refusal."""
    priority = PRIORITIES[wanted.get("priority", "normal")]
    if priority == Priority.HIGH and not request.user.is_staff:
        raise Refusal(403, "Only staff may give the priority high.")
    return plan(
        wanted["plugin_id"],
        kinds,
        tools=next((wanted[name] for name in TOOL_NAMES if name in wanted), []),
        capabilities=wanted.get("logical_tool_id", []),
        params=wanted.get("params"),
        priority=priority,
        deadline_s=wanted.get("deadline_seconds"),
        only_changed=wanted.get("only_changed", not wanted.get("force_all", True)),
    )
