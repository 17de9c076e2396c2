"""A tool's settings as a Django form, from its JSON Schema."""

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
    """One field a parameter, in the schema's order.

    ``cleaned_data`` are the typed parameters that were given. What is wrong with them is said by
    the schema's own check, so that a page tells people what the API tells programs.
    """

    use_required_attribute = False

    def __init__(
        self, tool: Tool, data: Mapping[str, Any] | None = None, *, key: str = "", slug: str = ""
    ) -> None:
        """The names of its fields begin with ``key:``, their ids with ``slug-``."""
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
        """The parameters, as the schema reads them."""
        given = {name: text for name, text in self.cleaned_data.items() if text is not None}
        try:
            params = coerce_form(self.tool, given)
            normalise(self.tool, params)
        except InvalidParams as error:
            self.refuse(error.errors)
            return {}
        return params

    def refuse(self, errors: Iterable[tuple[str, str]]) -> None:
        """Say what is wrong, each by its JSON pointer: once a field, else above the form."""
        for pointer, sentence in errors:
            name = pointer.lstrip("/").partition("/")[0]
            if name not in self.fields:
                self.add_error(None, sentence)
            elif name not in self.errors:
                self.add_error(name, sentence)

    @property
    def main(self) -> list[BoundField]:
        """The fields for everybody."""
        return [one for one in self if one.name not in self._folded]

    @property
    def advanced(self) -> list[BoundField]:
        """Those that are folded away."""
        return [one for one in self if one.name in self._folded]

    @property
    def advanced_has_errors(self) -> bool:
        """Whether the folded part must be open to show what is wrong."""
        return any(one.errors for one in self.advanced)

    @property
    def marked(self) -> int:
        """How many fields say that they are wrong."""
        return sum(bool(one.errors) for one in self)
