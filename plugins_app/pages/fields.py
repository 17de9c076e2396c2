"""A tool's parameters as form fields and table rows, from its JSON Schema."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.forms.utils import flatatt
from django.utils.safestring import SafeString

from plugins_app.manifests.manifest import Tool
from plugins_app.manifests.spellings import title as title_of

FOLD_ABOVE = 6
"""With more parameters than this, the later ones are folded under "More settings"."""

LONG_TEXT = 200
TYPE_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "array": "list",
    "object": "JSON object",
}


@dataclass(frozen=True)
class Choice:
    """One option of a select: the text that is sent, and the one that is read."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True)
class Field:
    """One parameter. ``attrs`` are HTML attributes (min, max, step, ...)."""

    name: str
    title: str
    description: str
    widget: str
    type_word: str
    limits: str
    default: str
    value: str
    required: bool = False
    error: str = ""
    attrs: dict[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()

    @property
    def html_attrs(self) -> SafeString:
        """``attrs`` as they stand in a tag, escaped."""
        return flatatt(self.attrs)

    @property
    def checked(self) -> bool:
        """Whether a checkbox is ticked."""
        return self.value == "true"


@dataclass(frozen=True)
class Fields:
    """A tool's fields, those for everybody and those that are folded away."""

    main: tuple[Field, ...]
    advanced: tuple[Field, ...]

    @property
    def advanced_has_errors(self) -> bool:
        """Whether the folded part must be open to show what is wrong."""
        return any(one.error for one in self.advanced)


def form_fields(
    tool: Tool, values: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Fields:
    """The fields of a tool's form, filled with ``values`` or else the defaults."""
    main: list[Field] = []
    advanced: list[Field] = []
    for one, rule in zip(all_fields(tool, values, errors), _rules(tool).values(), strict=True):
        folded = rule.get("x-advanced", len(main) >= FOLD_ABOVE) and not one.required
        (advanced if folded else main).append(one)
    return Fields(tuple(main), tuple(advanced))


def all_fields(
    tool: Tool, values: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> list[Field]:
    """Every parameter in the order of the schema."""
    required = tool.params.get("required", [])
    return [
        _field(name, rule, None if values is None else values.get(name, ""),
               (errors or {}).get(name, ""), name in required)
        for name, rule in _rules(tool).items()
    ]  # fmt: skip


def form_values(tool: Tool, sent: dict[str, str], prefix: str = "") -> dict[str, str]:
    """What a browser sent for the tool's fields; an unticked checkbox is sent as nothing."""
    values = {}
    for one in all_fields(tool):
        name = f"{prefix}{one.name}"
        if one.widget == "checkbox":
            values[one.name] = "true" if name in sent else "false"
        elif name in sent:
            values[one.name] = sent[name]
    return values


def given_only(tool: Tool, values: dict[str, str]) -> dict[str, str]:
    """Without texts that were left empty: the browser sends those too, and means "not given"."""
    keep_empty = {one.name for one in all_fields(tool) if one.default and one.widget == "text"}
    return {name: text for name, text in values.items() if text.strip() or name in keep_empty}


def _rules(tool: Tool) -> dict[str, dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = tool.params.get("properties", {})
    return rules


def _field(name: str, rule: dict[str, Any], value: str | None, error: str, required: bool) -> Field:
    default = as_text(rule.get("default"))
    kinds = _kinds(rule)
    shown = default if value is None else value
    return Field(
        name=name,
        title=rule.get("title") or title_of(name),
        description=rule.get("description", ""),
        widget=_widget(rule, kinds),
        type_word="one of a list" if "enum" in rule else _type_word(kinds),
        limits=_limits(rule),
        default=default,
        value=shown,
        required=required and "default" not in rule,
        error=error,
        attrs=_attrs(rule, kinds),
        choices=_choices(rule, shown),
    )


def _kinds(rule: dict[str, Any]) -> list[str]:
    kinds = rule.get("type", [])
    found = [kinds] if isinstance(kinds, str) else list(kinds)
    for branch in rule.get("anyOf", []):
        found += _kinds(branch) if isinstance(branch, dict) else []
    return [kind for kind in found if kind != "null"]


def _type_word(kinds: list[str]) -> str:
    return " or ".join(TYPE_WORDS.get(kind, kind) for kind in dict.fromkeys(kinds)) or "anything"


def _widget(rule: dict[str, Any], kinds: list[str]) -> str:
    if "enum" in rule:
        return "select"
    if kinds == ["boolean"]:
        return "checkbox"
    if kinds and set(kinds) <= {"integer", "number"}:
        return "number"
    if "object" in kinds or rule.get("maxLength", 0) > LONG_TEXT:
        return "textarea"
    return "text"


def _attrs(rule: dict[str, Any], kinds: list[str]) -> dict[str, str]:
    attrs: dict[str, str] = {}
    if kinds and set(kinds) <= {"integer", "number"}:
        attrs["step"] = str(rule.get("multipleOf", 1 if kinds == ["integer"] else "any"))
        if "minimum" in rule:
            attrs["min"] = as_text(rule["minimum"])
        if "maximum" in rule:
            attrs["max"] = as_text(rule["maximum"])
    elif "string" in kinds and "enum" not in rule and "maxLength" in rule:
        attrs["maxlength"] = str(rule["maxLength"])
    return attrs


def _choices(rule: dict[str, Any], shown: str) -> tuple[Choice, ...]:
    if "enum" not in rule:
        return ()
    values = [as_text(one) for one in rule["enum"] if one is not None]
    labels = rule.get("x-labels", {})
    options = [Choice(one, labels.get(one, one), one == shown) for one in values]
    if "default" not in rule or rule["default"] is None:
        options.insert(0, Choice("", "Not set", not shown))
    return tuple(options)


def _limits(rule: dict[str, Any]) -> str:
    """The allowed values in words: ``0 to 1``, ``at least 3``, ``a, b or c``."""
    if "enum" in rule:
        return ", ".join(as_text(one) or "not set" for one in rule["enum"])
    low, high = rule.get("minimum"), rule.get("maximum")
    words = []
    if low is not None and high is not None:
        words.append(f"{as_text(low)} to {as_text(high)}")
    elif low is not None:
        words.append(f"at least {as_text(low)}")
    elif high is not None:
        words.append(f"at most {as_text(high)}")
    if "exclusiveMinimum" in rule:
        words.append(f"more than {as_text(rule['exclusiveMinimum'])}")
    if "exclusiveMaximum" in rule:
        words.append(f"less than {as_text(rule['exclusiveMaximum'])}")
    if "maxLength" in rule:
        words.append(f"up to {rule['maxLength']} characters")
    if "maxItems" in rule:
        words.append(f"up to {rule['maxItems']} entries")
    return ", ".join(words)


def as_text(value: Any) -> str:
    """A JSON value as it stands in a form field."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) and "," not in one for one in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)
