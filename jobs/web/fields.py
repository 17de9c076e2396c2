"""Fields of requests: words that may repeat, words that forms offer, and parameters of tools."""

import json
from collections.abc import Iterator
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import iter_options
from rest_framework.utils import html

MAX_WORDS = 100
WORD_LENGTH = 64


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "maxLength": WORD_LENGTH},
            {
                "type": "array",
                "items": {"type": "string", "maxLength": WORD_LENGTH},
                "minItems": 1,
                "maxItems": MAX_WORDS,
            },
        ]
    }
)
class WordsField(serializers.ListField):
    """One name, or a list of them; in forms and query strings the field may repeat."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("style", {"base_template": "input.html"})
        kwargs.setdefault("initial", "")  # what the form shows; DRF's [] would be sent as a name
        super().__init__(
            child=serializers.CharField(max_length=WORD_LENGTH),
            allow_empty=False,
            max_length=MAX_WORDS,
            **kwargs,
        )

    def get_value(self, dictionary: Any) -> Any:
        """Treat an empty input as not given."""
        if not html.is_html_input(dictionary):
            return dictionary.get(self.field_name, serializers.empty)
        return [v for v in dictionary.getlist(self.field_name) if v] or serializers.empty

    def to_internal_value(self, data: Any) -> list[str]:
        words: list[str] = super().to_internal_value([data] if isinstance(data, str) else data)
        return words


class Offered:
    """For fields that the browsable form shows as a list of choices.

    The form is asked when it is rendered: ``offer_tool()`` returns the choices of its field
    ``tool`` as ``{value: text}`` or ``{group: {value: text}}``. Validation stays the same, so
    values that are not listed, such as aliases, are still accepted.
    """

    parent: Any
    field_name: str | None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"style": {"base_template": "select.html"}, **kwargs})

    def iter_options(self) -> Iterator[Any]:
        """The choices for select.html."""
        options: Iterator[Any] = iter_options(getattr(self.parent, f"offer_{self.field_name}")())
        return options


class OfferedWord(Offered, serializers.CharField):
    """A word for which forms offer choices."""


class OfferedWords(Offered, WordsField):
    """One or more words; forms offer choices for one."""


@extend_schema_field({"type": "object", "additionalProperties": True})
class ParamsField(serializers.Field):
    """A JSON object; in a form, the text of one. The tool's schema checks what is in it."""

    default_error_messages = {
        "not_json": 'This is not JSON. Send an object such as {{"name": 1}}.',
        "not_object": 'This must be a JSON object such as {{"name": 1}}.',
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("style", {"base_template": "textarea.html", "rows": 4})
        super().__init__(**kwargs)

    def get_value(self, dictionary: Any) -> Any:
        given = dictionary.get(self.field_name, serializers.empty)
        left_empty = html.is_html_input(dictionary) and given == ""
        return serializers.empty if left_empty else given

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, str):
            try:
                data = json.loads(data)
            except (ValueError, RecursionError):
                self.fail("not_json")
        if not isinstance(data, dict):
            self.fail("not_object")
        return data

    def to_representation(self, value: Any) -> Any:
        return value
