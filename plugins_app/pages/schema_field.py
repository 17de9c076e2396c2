"""Makes a form field for a tool's parameter from its rule in the JSON Schema."""

import json
from typing import Any

from django import forms

from plugins_app.manifests.spellings import title as title_of

LONG_TEXT = 200
TYPE_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "array": "list",
    "object": "JSON object",
}
YES_NO = [("true", "Yes"), ("false", "No")]


class SchemaField(forms.Field):
    """A parameter as text. Its value is checked against the schema together with the whole form.

    ``kind`` is the widget's name in CSS; ``type_word``, ``limits`` and ``default`` are shown to
    people.
    """

    def __init__(self, name: str, rule: dict[str, Any], *, must: bool, html_id: str) -> None:
        kinds = _kinds(rule)
        self.kind = _kind(rule, kinds)
        self.type_word = "one of a list" if "enum" in rule else _type_word(kinds)
        self.limits = _limits(rule)
        self.default = as_text(rule.get("default"))
        self.must_be_given = must and "default" not in rule
        super().__init__(
            required=False,  # the schema's own check reports it
            label=rule.get("title") or title_of(name),
            help_text=rule.get("description", ""),
            initial=rule.get("default") if self.kind == "checkbox" else self.default,
            widget=_widget(self.kind, rule),
        )
        self.widget.attrs |= {"id": html_id, "aria-describedby": f"{html_id}-help"}

    def clean(self, value: Any) -> str | None:
        """The text for ``coerce_form``, or None if nothing was given.

        Browsers also send empty fields. These mean "not given", unless a default text was deleted.
        """
        if isinstance(value, bool):
            return as_text(value)
        return value if value is not None and (value.strip() or self.default) else None


def as_text(value: Any) -> str:
    """A JSON value as the text in a form field."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) and "," not in one for one in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


def _kinds(rule: dict[str, Any]) -> list[str]:
    kinds = rule.get("type", [])
    found = [kinds] if isinstance(kinds, str) else list(kinds)
    for branch in rule.get("anyOf", []):
        found += _kinds(branch) if isinstance(branch, dict) else []
    return found


def _type_word(kinds: list[str]) -> str:
    words = [TYPE_WORDS.get(kind, kind) for kind in dict.fromkeys(kinds) if kind != "null"]
    return " or ".join(words) or "anything"


def _kind(rule: dict[str, Any], kinds: list[str]) -> str:
    if "enum" in rule or set(kinds) == {"boolean", "null"}:
        return "select"
    if kinds == ["boolean"]:
        return "checkbox"
    if _is_number(kinds):
        return "number"
    if "object" in kinds or rule.get("maxLength", 0) > LONG_TEXT:
        return "textarea"
    return "text"


def _is_number(kinds: list[str]) -> bool:
    named = set(kinds) - {"null"}
    return bool(named) and named <= {"integer", "number"}


def _widget(kind: str, rule: dict[str, Any]) -> forms.Widget:
    attrs = _attrs(rule)
    if kind == "select":
        return forms.Select(choices=_choices(rule))
    if kind == "checkbox":
        return forms.CheckboxInput({"value": "true"})
    if kind == "textarea":
        return forms.Textarea({"rows": 3, "cols": False, **attrs})
    return forms.NumberInput(attrs) if kind == "number" else forms.TextInput(attrs)


def _attrs(rule: dict[str, Any]) -> dict[str, str]:
    """HTML attributes that let browsers check the input."""
    attrs: dict[str, str] = {}
    kinds = _kinds(rule)
    if _is_number(kinds):
        attrs["step"] = str(rule.get("multipleOf", "any" if "number" in kinds else 1))
        attrs |= {
            short: as_text(rule[name])
            for short, name in (("min", "minimum"), ("max", "maximum"))
            if name in rule
        }
    elif "string" in kinds and "maxLength" in rule:
        attrs["maxlength"] = str(rule["maxLength"])
    return attrs


def _choices(rule: dict[str, Any]) -> list[tuple[str, str]]:
    labels = rule.get("x-labels", {})
    values = [as_text(one) for one in rule.get("enum", []) if one is not None]
    choices = [(one, labels.get(one, one)) for one in values] if "enum" in rule else YES_NO
    return choices if rule.get("default") is not None else [("", "Not set"), *choices]


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
