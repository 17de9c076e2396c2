"""Makes a Django form for a tool's settings from its JSON Schema."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms import BoundField

from plugins_app.manifests.manifest import Tool
from plugins_app.manifests.params import InvalidParams, coerce_form, normalise
from plugins_app.pages.schema_field import SchemaField

FOLD_ABOVE = 6
"""With more parameters than this, the later ones are folded under "More settings"."""


class SchemaForm(forms.Form):
    """One field per parameter, in the schema's order.

    ``cleaned_data`` has the typed parameters that were given. They are checked against the schema,
    so that pages report the same errors as the API.
    """

    use_required_attribute = False

    def __init__(
        self, tool: Tool, data: Mapping[str, Any] | None = None, *, key: str = "", slug: str = ""
    ) -> None:
        """Field names start with ``key:`` and their ids with ``slug-``, unless these are empty."""
        super().__init__(data, prefix=key)
        self.tool = tool
        self._folded: set[str] = set()
        required = tool.params.get("required", [])
        for number, (name, rule) in enumerate(tool.params.get("properties", {}).items()):
            html_id = f"{slug}-{name}" if slug else name
            field = SchemaField(name, rule, must=name in required, html_id=html_id)
            late = number - len(self._folded) >= FOLD_ABOVE
            if rule.get("x-advanced", late) and not field.must_be_given:
                self._folded.add(name)
            self.fields[name] = field

    def add_prefix(self, field_name: str) -> str:
        """``ocr/extract_text:language``."""
        return f"{self.prefix}:{field_name}" if self.prefix else field_name

    def clean(self) -> dict[str, Any]:
        """The given parameters as typed values, or an empty dict if there are errors."""
        given = {name: text for name, text in self.cleaned_data.items() if text is not None}
        try:
            params = coerce_form(self.tool, given)
            normalise(self.tool, params)
        except InvalidParams as error:
            self.refuse(error.errors)
            return {}
        return params

    def refuse(self, errors: Iterable[tuple[str, str]]) -> None:
        """Add errors by JSON pointer: one per field, and those of unknown fields above the form."""
        for pointer, sentence in errors:
            name = pointer.lstrip("/").partition("/")[0]
            if name not in self.fields:
                self.add_error(None, sentence)
            elif name not in self.errors:
                self.add_error(name, sentence)

    @property
    def main(self) -> list[BoundField]:
        """The fields that are always visible."""
        return [one for one in self if one.name not in self._folded]

    @property
    def advanced(self) -> list[BoundField]:
        """The fields that are folded away under More settings."""
        return [one for one in self if one.name in self._folded]

    @property
    def advanced_has_errors(self) -> bool:
        """Whether the folded part must be open to show what is wrong."""
        return any(one.errors for one in self.advanced)

    @property
    def marked(self) -> int:
        """How many fields have errors."""
        return sum(bool(one.errors) for one in self)
